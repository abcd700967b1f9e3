#ifndef AUDIENCED_DAEMON_CTL_RULES_PAST_REPORT_H_
#define AUDIENCED_DAEMON_CTL_RULES_PAST_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/offline_reader.h"
#include "daemon/ctl/terminal.h"
#include "rules/engine/share_out.h"
#include "rules/engine/timeline/window_interval.h"  // ZoneOf()
#include "rules/report/report_span.h"

// What the verbs that report over past days do alike: they ask the daemon, by
// the rules in force or by others, or evaluate files.

namespace audienced {

// Every history is evaluated, and read where the rules ask something new.
inline constexpr absl::Duration kReportTimeout = absl::Minutes(60);

struct ReportOptions {
  std::string since;
  std::string until;
  OfflineFiles files;
  std::string output = "table";

  bool offline() const { return !files.events.empty(); }
};

// Adds --since, --until, --rules, --events, --mapping, --rejected and those of
// the connection to `command`; `options` and `where` outlive the run.
void AddReportOptions(CLI::App& command, ReportOptions& options,
                      ConnectionOptions& where);

// What an option such as --within says; absent, and said on stderr, where it is
// no duration above zero.
std::optional<absl::Duration> ReadPositiveDuration(std::string_view option,
                                                   const std::string& text);

// --- From files ---

// Reads the events behind the rules. Until when they are known: their end is
// that of the last one. Absent where there are none; `exit_code` is in any case
// what the run ends with.
std::optional<absl::Time> ReadEventsToReport(OfflineReader& reader,
                                             const ReportOptions& options,
                                             ExitCode& exit_code);

// Adds every profile to a copy of `nothing` for each thread, and those up.
template <typename Sums>
Sums EvaluateAll(const OfflineProfiles& profiles, const Sums& nothing) {
  const int threads = MachineThreads();
  std::vector<Sums> parts(threads, nothing);
  Progress progress("evaluating");
  const auto total = static_cast<int64_t>(profiles.profile_count());
  profiles.ForEach(
      threads,
      [&](int thread, Evaluation& evaluation, std::string_view) {
        parts[thread].Add(evaluation);
      },
      [&](int64_t done) { progress.Update(done, total); });
  for (int i = 1; i < threads; ++i) parts[0].Merge(parts[i]);
  return std::move(parts[0]);
}

// --- By the daemon ---

// Says on stderr what is wrong with the rules that were sent.
void PrintReportFaults(
    const google::protobuf::RepeatedPtrField<v1::Diagnostic>& diagnostics,
    int error_count);

// A report as one line of JSON, without what is told of the rules beside it.
std::string ReportJson(const google::protobuf::Message& report);

absl::Status FillReportFiles(
    const ReportOptions& options,
    google::protobuf::RepeatedPtrField<v1::RuleFile>& files);

// Fills what all requests have and makes the call. False where there is no
// answer, and that is said; `exit_code` says then what the run ends with.
template <typename Request, typename Response>
bool AskForReport(const ReportOptions& options, const ConnectionOptions& where,
                  grpc::Status (v1::RuleService::Stub::*method)(
                      grpc::ClientContext*, const Request&, Response*),
                  Request& request, Response& response, ExitCode& exit_code) {
  request.set_since(options.since);
  request.set_until(options.until);
  absl::Status status = FillReportFiles(options, *request.mutable_files());
  if (status.ok()) {
    absl::StatusOr<Connection> connection = Connection::Open(where);
    status = connection.status();
    if (status.ok()) {
      const auto stub = v1::RuleService::NewStub(connection->channel());
      status =
          connection->Call(*stub, method, request, response, kReportTimeout);
    }
  }
  if (!status.ok()) {
    exit_code = FailWith(status);
    return false;
  }
  if (response.error_count() > 0) {
    PrintReportFaults(response.diagnostics(), response.error_count());
    exit_code = ExitCode::kFailed;
    return false;
  }
  return true;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_RULES_PAST_REPORT_H_
