#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_RULE_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_RULE_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"

// Answers of RuleService; their meaning and errors stand in the proto.

namespace audienced {

// The most that may be said of a version.
inline constexpr size_t kRuleAuthorLimitBytes = 256;
inline constexpr size_t kRuleNoteLimitBytes = 4096;

inline constexpr int kRuleVersionPageDefault = 100;
inline constexpr int kRuleVersionPageLimit = 1000;

// How the last load went.
v1::Rulebook::LoadState LoadStateOf(const Rollout& rollout,
                                    const RulesState& rules);

absl::Status GetRulebook(const Stages& stages,
                         const v1::GetRulebookRequest& request,
                         v1::GetRulebookResponse& response);
absl::Status PlanRules(const Stages& stages,
                       const v1::PlanRulesRequest& request,
                       v1::PlanRulesResponse& response);
absl::Status ApplyRules(const Stages& stages,
                        const v1::ApplyRulesRequest& request,
                        v1::ApplyRulesResponse& response);
absl::Status ReloadRules(const Stages& stages,
                         const v1::ReloadRulesRequest& request,
                         v1::ReloadRulesResponse& response);
absl::Status RollbackRules(const Stages& stages,
                           const v1::RollbackRulesRequest& request,
                           v1::RollbackRulesResponse& response);
absl::Status CancelRebuild(const Stages& stages,
                           const v1::CancelRebuildRequest& request,
                           v1::CancelRebuildResponse& response);
absl::Status ListRuleVersions(const Stages& stages,
                              const v1::ListRuleVersionsRequest& request,
                              v1::ListRuleVersionsResponse& response);
absl::Status GetRuleVersion(const Stages& stages,
                            const v1::GetRuleVersionRequest& request,
                            v1::GetRuleVersionResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_RULE_QUERY_H_
