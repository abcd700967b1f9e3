#include "daemon/service/rule_service.h"

#include "absl/cleanup/cleanup.h"
#include "daemon/service/call/unary_call.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/query/backtest.h"
#include "daemon/service/query/ladder_report.h"
#include "daemon/service/query/past_report.h"
#include "daemon/service/query/rule_checking.h"
#include "daemon/service/query/rule_query.h"

namespace audienced {

RuleService::RuleService(const Entrance& entrance, WorkerPool& pool)
    : entrance_(entrance), pool_(pool) {}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RuleService::Change(
    grpc::CallbackServerContext* context, const char* method,
    absl::Status (*answer)(const Stages&, const Request&, Response&),
    const Request* request, Response* response) {
  return AnswerOnPool(
      entrance_, pool_, context, method,
      [this, method, answer, request, response](const Caller& caller) {
        const Stages& stages = entrance_.stages();
        const absl::Status status = answer(stages, *request, *response);
        if (status.ok()) stages.access.audit().Add(caller, method, "", 1);
        return status;
      });
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* RuleService::Report(
    grpc::CallbackServerContext* context, const char* method,
    absl::Status (*answer)(const Stages&, const Request&,
                           const std::function<bool()>&, Response&),
    const Request* request, Response* response) {
  return AnswerOnPool(
      entrance_, pool_, context, method,
      [this, context, answer, request, response](const Caller&) {
        const absl::Cleanup end = [this] { --running_reports_; };
        if (++running_reports_ > kReportLimit) return TooManyCalls();
        return answer(
            entrance_.stages(), *request,
            [context] { return context->IsCancelled(); }, *response);
      });
}

grpc::ServerUnaryReactor* RuleService::CheckRules(
    grpc::CallbackServerContext* context, const v1::CheckRulesRequest* request,
    v1::CheckRulesResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "RuleService.CheckRules",
                      [this, request, response](const Caller&) {
                        return audienced::CheckRules(entrance_.stages(),
                                                     *request, *response);
                      });
}

grpc::ServerUnaryReactor* RuleService::GetRulebook(
    grpc::CallbackServerContext* context, const v1::GetRulebookRequest* request,
    v1::GetRulebookResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "RuleService.GetRulebook",
                      [this, request, response](const Caller&) {
                        return audienced::GetRulebook(entrance_.stages(),
                                                      *request, *response);
                      });
}

grpc::ServerUnaryReactor* RuleService::PlanRules(
    grpc::CallbackServerContext* context, const v1::PlanRulesRequest* request,
    v1::PlanRulesResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "RuleService.PlanRules",
                      [this, request, response](const Caller&) {
                        return audienced::PlanRules(entrance_.stages(),
                                                    *request, *response);
                      });
}

grpc::ServerUnaryReactor* RuleService::ApplyRules(
    grpc::CallbackServerContext* context, const v1::ApplyRulesRequest* request,
    v1::ApplyRulesResponse* response) {
  return Change(context, "RuleService.ApplyRules", &audienced::ApplyRules,
                request, response);
}

grpc::ServerUnaryReactor* RuleService::ReloadRules(
    grpc::CallbackServerContext* context, const v1::ReloadRulesRequest* request,
    v1::ReloadRulesResponse* response) {
  return Change(context, "RuleService.ReloadRules", &audienced::ReloadRules,
                request, response);
}

grpc::ServerUnaryReactor* RuleService::RollbackRules(
    grpc::CallbackServerContext* context,
    const v1::RollbackRulesRequest* request,
    v1::RollbackRulesResponse* response) {
  return Change(context, "RuleService.RollbackRules", &audienced::RollbackRules,
                request, response);
}

grpc::ServerUnaryReactor* RuleService::CancelRebuild(
    grpc::CallbackServerContext* context,
    const v1::CancelRebuildRequest* request,
    v1::CancelRebuildResponse* response) {
  return Change(context, "RuleService.CancelRebuild", &audienced::CancelRebuild,
                request, response);
}

grpc::ServerUnaryReactor* RuleService::ListRuleVersions(
    grpc::CallbackServerContext* context,
    const v1::ListRuleVersionsRequest* request,
    v1::ListRuleVersionsResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "RuleService.ListRuleVersions",
                      [this, request, response](const Caller&) {
                        return audienced::ListRuleVersions(entrance_.stages(),
                                                           *request, *response);
                      });
}

grpc::ServerUnaryReactor* RuleService::GetRuleVersion(
    grpc::CallbackServerContext* context,
    const v1::GetRuleVersionRequest* request,
    v1::GetRuleVersionResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "RuleService.GetRuleVersion",
                      [this, request, response](const Caller&) {
                        return audienced::GetRuleVersion(entrance_.stages(),
                                                         *request, *response);
                      });
}

grpc::ServerUnaryReactor* RuleService::Backtest(
    grpc::CallbackServerContext* context, const v1::BacktestRequest* request,
    v1::BacktestResponse* response) {
  return Report(context, "RuleService.Backtest", &RunBacktest, request,
                response);
}

grpc::ServerUnaryReactor* RuleService::ReportFunnel(
    grpc::CallbackServerContext* context,
    const v1::ReportFunnelRequest* request,
    v1::ReportFunnelResponse* response) {
  return Report(context, "RuleService.ReportFunnel", &RunFunnelReport, request,
                response);
}

grpc::ServerUnaryReactor* RuleService::ReportConversions(
    grpc::CallbackServerContext* context,
    const v1::ReportConversionsRequest* request,
    v1::ReportConversionsResponse* response) {
  return Report(context, "RuleService.ReportConversions", &RunConversionReport,
                request, response);
}

}  // namespace audienced
