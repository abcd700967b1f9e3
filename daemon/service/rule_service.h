#ifndef AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_

#include <atomic>
#include <functional>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/stages.h"

namespace audienced {

// Rules: checked, planned, put in force, told, tried on the past.
class RuleService final : public v1::RuleService::CallbackService {
 public:
  // Borrows its arguments. Calls wait for each other in `pool`.
  RuleService(const Entrance& entrance, WorkerPool& pool);

  grpc::ServerUnaryReactor* CheckRules(
      grpc::CallbackServerContext* context,
      const v1::CheckRulesRequest* request,
      v1::CheckRulesResponse* response) override;
  grpc::ServerUnaryReactor* GetRulebook(
      grpc::CallbackServerContext* context,
      const v1::GetRulebookRequest* request,
      v1::GetRulebookResponse* response) override;
  grpc::ServerUnaryReactor* PlanRules(grpc::CallbackServerContext* context,
                                      const v1::PlanRulesRequest* request,
                                      v1::PlanRulesResponse* response) override;
  grpc::ServerUnaryReactor* ApplyRules(
      grpc::CallbackServerContext* context,
      const v1::ApplyRulesRequest* request,
      v1::ApplyRulesResponse* response) override;
  grpc::ServerUnaryReactor* ReloadRules(
      grpc::CallbackServerContext* context,
      const v1::ReloadRulesRequest* request,
      v1::ReloadRulesResponse* response) override;
  grpc::ServerUnaryReactor* RollbackRules(
      grpc::CallbackServerContext* context,
      const v1::RollbackRulesRequest* request,
      v1::RollbackRulesResponse* response) override;
  grpc::ServerUnaryReactor* CancelRebuild(
      grpc::CallbackServerContext* context,
      const v1::CancelRebuildRequest* request,
      v1::CancelRebuildResponse* response) override;
  grpc::ServerUnaryReactor* ListRuleVersions(
      grpc::CallbackServerContext* context,
      const v1::ListRuleVersionsRequest* request,
      v1::ListRuleVersionsResponse* response) override;
  grpc::ServerUnaryReactor* GetRuleVersion(
      grpc::CallbackServerContext* context,
      const v1::GetRuleVersionRequest* request,
      v1::GetRuleVersionResponse* response) override;
  grpc::ServerUnaryReactor* Backtest(grpc::CallbackServerContext* context,
                                     const v1::BacktestRequest* request,
                                     v1::BacktestResponse* response) override;
  grpc::ServerUnaryReactor* ReportFunnel(
      grpc::CallbackServerContext* context,
      const v1::ReportFunnelRequest* request,
      v1::ReportFunnelResponse* response) override;
  grpc::ServerUnaryReactor* ReportConversions(
      grpc::CallbackServerContext* context,
      const v1::ReportConversionsRequest* request,
      v1::ReportConversionsResponse* response) override;

 private:
  // Answers a call that evaluates everyone's past.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Report(
      grpc::CallbackServerContext* context, const char* method,
      absl::Status (*answer)(const Stages&, const Request&,
                             const std::function<bool()>&, Response&),
      const Request* request, Response* response);

  // Answers a call that changes the rules, and writes down who did.
  template <typename Request, typename Response>
  grpc::ServerUnaryReactor* Change(
      grpc::CallbackServerContext* context, const char* method,
      absl::Status (*answer)(const Stages&, const Request&, Response&),
      const Request* request, Response* response);

  const Entrance& entrance_;
  WorkerPool& pool_;
  std::atomic<int> running_reports_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_
