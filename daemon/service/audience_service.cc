#include "daemon/service/audience_service.h"

#include "daemon/service/call/unary_call.h"
#include "daemon/service/query/audience_query.h"
#include "daemon/service/query/change_reader.h"
#include "daemon/service/query/explanation.h"
#include "daemon/service/query/member_list.h"

namespace audienced {

AudienceService::AudienceService(const Stages& stages, WorkerPool& pool,
                                 WatchRegistry& watches)
    : stages_(stages), pool_(pool), watches_(watches) {}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* AudienceService::Answer(
    grpc::CallbackServerContext* context, const char* method,
    absl::Status (*answer)(const Stages&, const Caller&, const Request&,
                           Response&),
    const Request* request, Response* response) {
  return AnswerOnPool(stages_, pool_, context, method,
                      [this, answer, request, response](const Caller& caller) {
                        return answer(stages_, caller, *request, *response);
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
    grpc::CallbackServerContext* context, const v1::ListMembersRequest* request,
    v1::ListMembersResponse* response) {
  return Answer(context, "AudienceService.ListMembers", &audienced::ListMembers,
                request, response);
}

grpc::ServerWriteReactor<v1::WatchMembershipsResponse>*
AudienceService::WatchMemberships(grpc::CallbackServerContext* context,
                                  const v1::WatchMembershipsRequest* request) {
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
  return Answer(context, "AudienceService.BatchGetMemberships",
                &audienced::BatchGetMemberships, request, response);
}

grpc::ServerUnaryReactor* AudienceService::ExplainMembership(
    grpc::CallbackServerContext* context,
    const v1::ExplainMembershipRequest* request,
    v1::ExplainMembershipResponse* response) {
  return Answer(context, "AudienceService.ExplainMembership",
                &audienced::ExplainMembership, request, response);
}

}  // namespace audienced
