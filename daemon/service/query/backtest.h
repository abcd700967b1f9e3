#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_BACKTEST_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_BACKTEST_H_

#include <functional>

#include "absl/status/status.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"

namespace audienced {

// Answers RuleService.Backtest. By the rules in force it evaluates the
// histories in memory; for other rules it reads all of them from the database
// and keeps them in memory until the answer is there. CANCELLED soon after
// `cancelled` says so.
absl::Status RunBacktest(const Stages& stages,
                         const v1::BacktestRequest& request,
                         const std::function<bool()>& cancelled,
                         v1::BacktestResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_BACKTEST_H_
