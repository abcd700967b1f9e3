#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_RULE_CHECKING_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_RULE_CHECKING_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"
#include "rules/source/source_file.h"

namespace audienced {

// Limits of audienced/v1/rule_service.proto.
inline constexpr int kRuleFileLimit = 256;
inline constexpr size_t kRulePathLimitBytes = 256;
inline constexpr size_t kRulebookLimitBytes = 3 << 20;

// Whether `files` may be given: how many, how large, under which names.
absl::Status CheckFiles(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files);

// The files of a request. INVALID_ARGUMENT where they break the limits.
absl::StatusOr<std::vector<SourceFile>> ToSourceFiles(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files);

// Loads the files of the request as a rulebook and tells what is wrong. Faults
// of the rules are an answer; INVALID_ARGUMENT only for a request that breaks
// the limits.
absl::Status CheckRules(const Stages& stages,
                        const v1::CheckRulesRequest& request,
                        v1::CheckRulesResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_RULE_CHECKING_H_
