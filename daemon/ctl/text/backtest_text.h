#ifndef AUDIENCED_DAEMON_CTL_TEXT_BACKTEST_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_BACKTEST_TEXT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/report/backtest.h"

namespace audienced {

// What `audiencectl backtest` found, by the daemon or from files.
struct BacktestResult {
  std::string audience;
  std::string time_zone;
  absl::Time since;
  absl::Time until;               // not included
  std::vector<std::string> goal;  // names of conversions; empty: none
  absl::Duration within;
  BacktestReport report;
};

// For people: a line a day with a bar for its size, in eighths of a block with
// `utf8` and in `#` without, and below it what the days add up to.
std::string BacktestTable(const BacktestResult& result, bool utf8);

// For programs: one JSON object, and the days alone as CSV with a head line.
std::string BacktestJson(const BacktestResult& result);
std::string BacktestCsv(const BacktestResult& result);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_BACKTEST_TEXT_H_
