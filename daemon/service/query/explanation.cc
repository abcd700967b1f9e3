#include "daemon/service/query/explanation.h"

#include <optional>
#include <string>

#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/explanation_conversion.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/membership_evaluation.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/read_audit.h"
#include "rules/engine/explain/explanation.h"

namespace audienced {

namespace {

// The files have another text since, which means the same: what stood where is
// not known any more.
void ForgetPlace(ExplainedCondition& condition) {
  condition.file.clear();
  condition.line = 0;
  condition.column = 0;
  for (ExplainedCondition& part : condition.parts) ForgetPlace(part);
}

}  // namespace

absl::Status ExplainMembership(const Stages& stages, const Caller& caller,
                               const v1::ExplainMembershipRequest& request,
                               v1::ExplainMembershipResponse& response) {
  const absl::Time now = stages.clock.Now();
  const auto as_of = AsOfTime(request, stages);
  if (!as_of.ok()) return as_of.status();
  const RulesState rules = stages.pipeline.rules();
  const absl::StatusOr<size_t> audience =
      FindAudience(rules, caller, request.audience());
  if (!audience.ok()) return audience.status();
  const auto profile =
      FindWithHistory(stages, rules, request.profile(), "profile");
  if (!profile.ok()) return profile.status();
  if (*profile == nullptr) return ProfileNotFound();
  MembershipEvaluation membership(rules, **profile);
  const std::optional<size_t> number = membership.NumberOf(*audience);
  if (!number) return AudienceNotFound(request.audience(), "");

  const absl::Time time = as_of->value_or(now);
  const Instant at = ToInstant(time);
  v1::Explanation& answer = *response.mutable_explanation();
  answer.set_audience(request.audience());
  answer.set_profile(ProfileName((*profile)->id));
  IdentifierView(caller).Fill((*profile)->identifiers,
                              *answer.mutable_identifiers());
  Explanation explanation =
      Explain(*(*profile)->projection, membership.evaluation(), *number, at);
  if ((*profile)->projection->shared_rulebook() != rules.update->rulebook) {
    for (ExplainedCondition& each : explanation.conditions) ForgetPlace(each);
  }
  FillExplanation(explanation, answer);
  if (explanation.holds) {
    answer.set_status_note(
        membership.Withheld(*number, stages.pipeline.TallyOf(*audience)));
  }
  answer.set_rule_version(membership.rule_version());
  *response.mutable_evaluated_through_time() = ToTimestamp(time);
  stages.access.audit().Sum(caller, "AudienceService.ExplainMembership",
                            request.audience(), 1, 1);
  return absl::OkStatus();
}

}  // namespace audienced
