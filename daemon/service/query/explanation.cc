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
#include "rules/language/check/condition_walk.h"
#include "rules/language/meaning/sentence.h"

namespace audienced {

namespace {

// Says where a condition, and its parts, stand in `audience`; not where they do
// not stand there any more.
void TellPlace(const Audience* audience, ExplainedCondition& condition) {
  condition.file.clear();
  condition.line = 0;
  condition.column = 0;
  if (audience != nullptr) {
    ForEachCondition(*audience, [&](const Condition& written) {
      if (written.path != condition.path ||
          Describe(written) != condition.text) {
        return;
      }
      condition.file = written.place.file;
      condition.line = written.place.range.begin.line;
      condition.column = written.place.range.begin.column;
    });
  }
  for (ExplainedCondition& part : condition.parts) TellPlace(audience, part);
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
  // The text in force may say the same as the one that was compiled, elsewhere.
  const bool is_in_force = (*profile)->projection == rules.projection;
  const Audience* written =
      is_in_force
          ? rules.update->rulebook->model().FindAudience(request.audience())
          : nullptr;
  for (ExplainedCondition& each : explanation.conditions) {
    TellPlace(written, each);
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
