#include "daemon/service/rule_service.h"

#include "absl/cleanup/cleanup.h"
#include "daemon/service/call/unary_call.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/query/backtest.h"
#include "daemon/service/query/rule_checking.h"
#include "daemon/service/query/rule_query.h"

namespace audienced {

RuleService::RuleService(const Stages& stages, WorkerPool& pool)
    : stages_(stages), pool_(pool) {}

grpc::ServerUnaryReactor* RuleService::CheckRules(
    grpc::CallbackServerContext* context, const v1::CheckRulesRequest* request,
    v1::CheckRulesResponse* response) {
  return AnswerOnPool(pool_, context, "CheckRules", [this, request, response] {
    return audienced::CheckRules(stages_, *request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::GetRulebook(
    grpc::CallbackServerContext* context, const v1::GetRulebookRequest* request,
    v1::GetRulebookResponse* response) {
  return AnswerOnPool(pool_, context, "GetRulebook", [this, request, response] {
    return audienced::GetRulebook(stages_, *request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::PlanRules(
    grpc::CallbackServerContext* context, const v1::PlanRulesRequest* request,
    v1::PlanRulesResponse* response) {
  return AnswerOnPool(pool_, context, "PlanRules", [this, request, response] {
    return audienced::PlanRules(stages_, *request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::ApplyRules(
    grpc::CallbackServerContext* context, const v1::ApplyRulesRequest* request,
    v1::ApplyRulesResponse* response) {
  return AnswerOnPool(pool_, context, "ApplyRules", [this, request, response] {
    return audienced::ApplyRules(stages_, *request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::ReloadRules(
    grpc::CallbackServerContext* context, const v1::ReloadRulesRequest* request,
    v1::ReloadRulesResponse* response) {
  return AnswerOnPool(pool_, context, "ReloadRules", [this, request, response] {
    return audienced::ReloadRules(stages_, *request, *response);
  });
}

grpc::ServerUnaryReactor* RuleService::RollbackRules(
    grpc::CallbackServerContext* context,
    const v1::RollbackRulesRequest* request,
    v1::RollbackRulesResponse* response) {
  return AnswerOnPool(
      pool_, context, "RollbackRules", [this, request, response] {
        return audienced::RollbackRules(stages_, *request, *response);
      });
}

grpc::ServerUnaryReactor* RuleService::CancelRebuild(
    grpc::CallbackServerContext* context,
    const v1::CancelRebuildRequest* request,
    v1::CancelRebuildResponse* response) {
  return AnswerOnPool(
      pool_, context, "CancelRebuild", [this, request, response] {
        return audienced::CancelRebuild(stages_, *request, *response);
      });
}

grpc::ServerUnaryReactor* RuleService::ListRuleVersions(
    grpc::CallbackServerContext* context,
    const v1::ListRuleVersionsRequest* request,
    v1::ListRuleVersionsResponse* response) {
  return AnswerOnPool(
      pool_, context, "ListRuleVersions", [this, request, response] {
        return audienced::ListRuleVersions(stages_, *request, *response);
      });
}

grpc::ServerUnaryReactor* RuleService::GetRuleVersion(
    grpc::CallbackServerContext* context,
    const v1::GetRuleVersionRequest* request,
    v1::GetRuleVersionResponse* response) {
  return AnswerOnPool(
      pool_, context, "GetRuleVersion", [this, request, response] {
        return audienced::GetRuleVersion(stages_, *request, *response);
      });
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
