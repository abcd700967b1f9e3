#ifndef AUDIENCED_DAEMON_SERVICE_AUDIENCE_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_AUDIENCE_SERVICE_H_

#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/service/call/arena_messages.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/call/watch_registry.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/stages.h"

namespace audienced {

// Memberships out. The answers are made in query/; here they meet gRPC. Members
// are written as bytes, and so is a watch, so that watches can share them.
class AudienceService final
    : public v1::AudienceService::WithRawCallbackMethod_ListMembers<
          v1::AudienceService::WithRawCallbackMethod_WatchMemberships<
              v1::AudienceService::CallbackService>> {
 public:
  // Borrows its arguments.
  AudienceService(const Entrance& entrance, WorkerPool& pool,
                  WatchRegistry& watches);

  grpc::ServerUnaryReactor* ListAudiences(
      grpc::CallbackServerContext* context,
      const v1::ListAudiencesRequest* request,
      v1::ListAudiencesResponse* response) override;
  grpc::ServerUnaryReactor* GetAudience(
      grpc::CallbackServerContext* context,
      const v1::GetAudienceRequest* request,
      v1::GetAudienceResponse* response) override;
  grpc::ServerUnaryReactor* ListMembers(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchMemberships(
      grpc::CallbackServerContext* context,
      const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListChanges(
      grpc::CallbackServerContext* context,
      const v1::ListChangesRequest* request,
      v1::ListChangesResponse* response) override;
  grpc::ServerUnaryReactor* BatchGetMemberships(
      grpc::CallbackServerContext* context,
      const v1::BatchGetMembershipsRequest* request,
      v1::BatchGetMembershipsResponse* response) override;
  grpc::ServerUnaryReactor* ExplainMembership(
      grpc::CallbackServerContext* context,
      const v1::ExplainMembershipRequest* request,
      v1::ExplainMembershipResponse* response) override;
  grpc::ServerUnaryReactor* CreateSubscription(
      grpc::CallbackServerContext* context,
      const v1::CreateSubscriptionRequest* request,
      v1::CreateSubscriptionResponse* response) override;
  grpc::ServerUnaryReactor* AckChanges(
      grpc::CallbackServerContext* context,
      const v1::AckChangesRequest* request,
      v1::AckChangesResponse* response) override;
  grpc::ServerUnaryReactor* ListSubscriptions(
      grpc::CallbackServerContext* context,
      const v1::ListSubscriptionsRequest* request,
      v1::ListSubscriptionsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteSubscription(
      grpc::CallbackServerContext* context,
      const v1::DeleteSubscriptionRequest* request,
      v1::DeleteSubscriptionResponse* response) override;

  // Those that wait for the pipeline.
  CallCount& calls() { return calls_; }

 private:
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Answer(
      grpc::CallbackServerContext* context, const char* method,
      absl::Status (*answer)(const Stages&, const Caller&, const Request&,
                             Response&),
      const Request* request, Response* response);
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* AnswerLater(
      const grpc::CallbackServerContext& context, const char* method,
      absl::Status (*begin)(const Stages&, const std::shared_ptr<PendingCall>&,
                            const Request&, Response&),
      const Request& request, Response& response);

  const Entrance& entrance_;
  WorkerPool& pool_;
  WatchRegistry& watches_;
  ArenaMessages<v1::BatchGetMembershipsRequest, v1::BatchGetMembershipsResponse>
      checks_;
  CallCount calls_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_AUDIENCE_SERVICE_H_
