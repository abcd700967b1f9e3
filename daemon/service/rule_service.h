#ifndef AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_

#include <atomic>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/query/rule_loader.h"

namespace audienced {

// Rules: checked, told, read again, tried on the past.
class RuleService final : public v1::RuleService::CallbackService {
 public:
  // Borrows its arguments.
  RuleService(const Stages& stages, RuleLoader& loader, WorkerPool& pool);

  grpc::ServerUnaryReactor* CheckRules(
      grpc::CallbackServerContext* context,
      const v1::CheckRulesRequest* request,
      v1::CheckRulesResponse* response) override;
  grpc::ServerUnaryReactor* GetRulebook(
      grpc::CallbackServerContext* context,
      const v1::GetRulebookRequest* request,
      v1::GetRulebookResponse* response) override;
  grpc::ServerUnaryReactor* ReloadRules(
      grpc::CallbackServerContext* context,
      const v1::ReloadRulesRequest* request,
      v1::ReloadRulesResponse* response) override;
  grpc::ServerUnaryReactor* Backtest(grpc::CallbackServerContext* context,
                                     const v1::BacktestRequest* request,
                                     v1::BacktestResponse* response) override;

 private:
  const Stages& stages_;
  RuleLoader& loader_;
  WorkerPool& pool_;
  std::atomic<int> running_backtests_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_RULE_SERVICE_H_
