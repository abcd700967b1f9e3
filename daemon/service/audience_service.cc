#include "daemon/service/audience_service.h"

#include "daemon/service/call/message_bytes.h"
#include "daemon/service/call/subscription_calls.h"
#include "daemon/service/call/unary_call.h"
#include "daemon/service/query/audience_query.h"
#include "daemon/service/query/change_reader.h"
#include "daemon/service/query/explanation.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/membership_check.h"
#include "daemon/service/query/subscription_query.h"

namespace audienced {

AudienceService::AudienceService(const Entrance& entrance, WorkerPool& pool,
                                 WatchRegistry& watches)
    : entrance_(entrance), pool_(pool), watches_(watches) {
  SetMessageAllocatorFor_BatchGetMemberships(&checks_);
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* AudienceService::Answer(
    grpc::CallbackServerContext* context, const char* method,
    absl::Status (*answer)(const Stages&, const Caller&, const Request&,
                           Response&),
    const Request* request, Response* response) {
  return AnswerOnPool(entrance_, pool_, context, method,
                      [this, answer, request, response](const Caller& caller) {
                        return answer(entrance_.stages(), caller, *request,
                                      *response);
                      });
}

grpc::ServerUnaryReactor* AudienceService::ListAudiences(
    grpc::CallbackServerContext* context,
    const v1::ListAudiencesRequest* request,
    v1::ListAudiencesResponse* response) {
  return Answer(context, "AudienceService.ListAudiences",
                &audienced::ListAudiences, request, response);
}

grpc::ServerUnaryReactor* AudienceService::GetAudience(
    grpc::CallbackServerContext* context, const v1::GetAudienceRequest* request,
    v1::GetAudienceResponse* response) {
  return Answer(context, "AudienceService.GetAudience", &audienced::GetAudience,
                request, response);
}

grpc::ServerUnaryReactor* AudienceService::ListMembers(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  return AnswerOnPool(entrance_, pool_, context, "AudienceService.ListMembers",
                      [this, request, response](const Caller& caller) {
                        v1::ListMembersRequest asked;
                        absl::Status status = ParseMessage(*request, asked);
                        if (!status.ok()) return status;
                        MemberPage page;
                        status = audienced::ListMembers(entrance_.stages(),
                                                        caller, asked, page);
                        if (!status.ok()) return status;
                        const grpc::Slice bytes = ToSlice(page.TakeBytes());
                        *response = grpc::ByteBuffer(&bytes, 1);
                        return status;
                      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* AudienceService::WatchMemberships(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watches_.Open(*context, *request);
}

grpc::ServerUnaryReactor* AudienceService::ListChanges(
    grpc::CallbackServerContext* context, const v1::ListChangesRequest* request,
    v1::ListChangesResponse* response) {
  return Answer(context, "AudienceService.ListChanges", &audienced::ListChanges,
                request, response);
}

grpc::ServerUnaryReactor* AudienceService::BatchGetMemberships(
    grpc::CallbackServerContext* context,
    const v1::BatchGetMembershipsRequest* request,
    v1::BatchGetMembershipsResponse* response) {
  return AnswerAtOnceOrOnPool(
      entrance_, pool_, context, "AudienceService.BatchGetMemberships",
      [this, request, response](const Caller& caller) {
        return GetMembershipsAtOnce(entrance_.stages(), caller, *request,
                                    *response);
      },
      [this, request, response](const Caller& caller) {
        return audienced::BatchGetMemberships(entrance_.stages(), caller,
                                              *request, *response);
      });
}

grpc::ServerUnaryReactor* AudienceService::ExplainMembership(
    grpc::CallbackServerContext* context,
    const v1::ExplainMembershipRequest* request,
    v1::ExplainMembershipResponse* response) {
  return Answer(context, "AudienceService.ExplainMembership",
                &audienced::ExplainMembership, request, response);
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* AudienceService::AnswerLater(
    const grpc::CallbackServerContext& context, const char* method,
    absl::Status (*begin)(const Stages&, const std::shared_ptr<PendingCall>&,
                          const Request&, Response&),
    const Request& request, Response& response) {
  const std::shared_ptr<PendingCall> call =
      PendingCall::Begin(entrance_, context, method, calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = begin(entrance_.stages(), call, request, response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

grpc::ServerUnaryReactor* AudienceService::CreateSubscription(
    grpc::CallbackServerContext* context,
    const v1::CreateSubscriptionRequest* request,
    v1::CreateSubscriptionResponse* response) {
  return AnswerLater(*context, "AudienceService.CreateSubscription",
                     &BeginCreate, *request, *response);
}

grpc::ServerUnaryReactor* AudienceService::AckChanges(
    grpc::CallbackServerContext* context, const v1::AckChangesRequest* request,
    v1::AckChangesResponse* response) {
  return AnswerLater(*context, "AudienceService.AckChanges", &BeginAck,
                     *request, *response);
}

grpc::ServerUnaryReactor* AudienceService::ListSubscriptions(
    grpc::CallbackServerContext* context,
    const v1::ListSubscriptionsRequest* request,
    v1::ListSubscriptionsResponse* response) {
  return Answer(context, "AudienceService.ListSubscriptions",
                &audienced::ListSubscriptions, request, response);
}

grpc::ServerUnaryReactor* AudienceService::DeleteSubscription(
    grpc::CallbackServerContext* context,
    const v1::DeleteSubscriptionRequest* request,
    v1::DeleteSubscriptionResponse* response) {
  return AnswerLater(*context, "AudienceService.DeleteSubscription",
                     &BeginDelete, *request, *response);
}

}  // namespace audienced
