#include "daemon/service/rule_service.h"

#include <memory>

#include "absl/cleanup/cleanup.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/call/unary_call.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/query/backtest.h"
#include "daemon/service/query/rule_checking.h"

namespace audienced {

RuleService::RuleService(const Stages& stages, RuleLoader& loader,
                         WorkerPool& pool)
    : stages_(stages), loader_(loader), pool_(pool) {}

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
    grpc::CallbackServerContext*, const v1::ReloadRulesRequest* request,
    v1::ReloadRulesResponse* response) {
  const std::shared_ptr<PendingCall> call = PendingCall::Begin("ReloadRules");
  const bool validate_only = request->validate_only();
  const bool taken = pool_.Post([this, call, validate_only, response] {
    loader_.Reload(validate_only,
                   [call, response](
                       const absl::StatusOr<v1::ReloadRulesResponse>& answer) {
                     call->End(answer.status(), [&] { *response = *answer; });
                   });
  });
  if (!taken) call->End(TooManyCalls());
  return call.get();
}

grpc::ServerUnaryReactor* RuleService::Backtest(
    grpc::CallbackServerContext* context, const v1::BacktestRequest* request,
    v1::BacktestResponse* response) {
  return AnswerOnPool(
      pool_, context, "Backtest", [this, context, request, response] {
        const absl::Cleanup end = [this] { --running_backtests_; };
        if (++running_backtests_ > kBacktestLimit) return TooManyCalls();
        return RunBacktest(
            stages_, *request, [context] { return context->IsCancelled(); },
            *response);
      });
}

}  // namespace audienced
