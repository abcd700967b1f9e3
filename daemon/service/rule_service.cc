#include "daemon/service/rule_service.h"

#include "daemon/service/call/unary_call.h"
#include "daemon/service/query/rule_checking.h"

namespace audienced {

RuleService::RuleService(RuleLoader& loader, WorkerPool& pool)
    : loader_(loader), pool_(pool) {}

grpc::ServerUnaryReactor* RuleService::CheckRules(
    grpc::CallbackServerContext* context, const v1::CheckRulesRequest* request,
    v1::CheckRulesResponse* response) {
  return AnswerOnPool(pool_, context, "CheckRules", [request, response] {
    return audienced::CheckRules(*request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::GetRulebook(
    grpc::CallbackServerContext* context, const v1::GetRulebookRequest* request,
    v1::GetRulebookResponse* response) {
  return AnswerOnPool(pool_, context, "GetRulebook", [this, request, response] {
    return loader_.GetRulebook(*request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::ReloadRules(
    grpc::CallbackServerContext* context, const v1::ReloadRulesRequest* request,
    v1::ReloadRulesResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status, "ReloadRules"));
  };
  const bool taken = pool_.Post([this, request, response, finish] {
    loader_.Reload(request->validate_only(), *response, finish);
  });
  if (!taken) finish(TooManyCalls());
  return reactor;
}

}  // namespace audienced
