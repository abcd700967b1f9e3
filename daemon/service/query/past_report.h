#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_PAST_REPORT_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_PAST_REPORT_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/report/report_span.h"

// What the reports over past days do alike: they evaluate every history by the
// rules in force or by others.

namespace audienced {

// Each takes a thread of the calls for seconds to minutes.
inline constexpr int kReportLimit = 2;

// How long after an entry or a conversion a goal may be reached, where nobody
// says otherwise.
inline constexpr absl::Duration kWithinDefault = absl::Hours(7 * 24);

// INVALID_ARGUMENT with INVALID_REQUEST for the field, with the message of
// `status`.
absl::Status InvalidRequest(const std::string& field,
                            const absl::Status& status);

// What is wrong with the rules of a request.
struct RuleFaults {
  google::protobuf::RepeatedPtrField<v1::Diagnostic> diagnostics;
  int error_count = 0;
};

// The rules that `files` are, or those in force where there are none, with
// histories of such columns. Null where they have errors, which `faults` tells.
absl::StatusOr<std::shared_ptr<Projection>> RulesToReportBy(
    const Stages& stages,
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
    Columns columns, RuleFaults& faults);

template <typename Response>
void TellFaults(RuleFaults faults, Response& response) {
  *response.mutable_diagnostics() = std::move(faults.diagnostics);
  response.set_error_count(faults.error_count);
}

// The days that a request names by its fields `since` and `until`, in the time
// zone. INVALID_ARGUMENT for texts that name none, and where events that
// counted then are not kept any more.
absl::StatusOr<ReportSpan> DaysToReport(const Stages& stages,
                                        const CompiledRulebook& rules,
                                        const std::string& since,
                                        const std::string& until,
                                        const std::string& time_zone);
// The same, exactly, for reports that ask what happened and not what counted:
// where events that happened then are not kept any more.
absl::StatusOr<PastSpan> SpanToReport(const Stages& stages,
                                      const std::string& since,
                                      const std::string& until,
                                      const std::string& time_zone);

// The field `name`, which may be absent. INVALID_ARGUMENT for one that is not
// above 0, or is above 36500 days.
absl::StatusOr<absl::Duration> PositiveDuration(
    const std::string& name, bool is_given,
    const google::protobuf::Duration& given, absl::Duration otherwise);

// Evaluates everyone. Reads the histories where those in memory do not tell
// what the projection asks. CANCELLED soon after `cancelled` says so.
absl::Status EvaluateEveryone(const Stages& stages,
                              const std::shared_ptr<Projection>& projection,
                              const std::function<bool()>& cancelled,
                              absl::FunctionRef<void(Evaluation&)> each);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_PAST_REPORT_H_
