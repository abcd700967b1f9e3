#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_RULE_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_RULE_CONVERSION_H_

#include <vector>

#include "absl/types/span.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/rollout/rule_proposal.h"
#include "daemon/store/records.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// The rule files and, by their names, the rule tests of `files`.
RuleProposal ToProposal(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files);

v1::RuleAttempt ToRuleAttempt(const RuleAttempt& attempt);
v1::RulePlan ToRulePlan(const RulePlan& plan);
// With the files that `record` has.
v1::RuleVersion ToRuleVersion(const RuleVersionRecord& record);
v1::RuleSource ToRuleSource(RuleSource source);

// Adds `files` with their texts to `into`.
void FillFiles(const std::vector<SourceFile>& files,
               google::protobuf::RepeatedPtrField<v1::RuleFile>& into);

// Adds `diagnostics` of `files` to `into`.
void FillDiagnostics(const std::vector<Diagnostic>& diagnostics,
                     absl::Span<const SourceFile> files,
                     google::protobuf::RepeatedPtrField<v1::Diagnostic>& into);

v1::RebuildProgress ToProgress(const RebuildProgress& progress);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_RULE_CONVERSION_H_
