#include "daemon/service/conversion/explanation_conversion.h"

#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

// Sets `since_time` and `until_time` of `answer`.
template <typename Explained, typename Answer>
void FillSpan(const Explained& explained, Answer& answer) {
  const absl::Time since = ToTime(explained.since);
  const absl::Time until = ToTime(explained.until);
  if (IsInstant(since)) *answer.mutable_since_time() = ToTimestamp(since);
  if (IsInstant(until)) *answer.mutable_until_time() = ToTimestamp(until);
}

void FillEvent(const ExplainedEvent& event, v1::EvidenceEvent& answer) {
  answer.set_event(event.event);
  answer.set_event_id(event.event_id);
  const absl::Time time = ToTime(event.occurred_at);
  if (IsInstant(time)) *answer.mutable_occurred_time() = ToTimestamp(time);
  for (const std::string& id : event.item_ids) answer.add_item_ids(id);
}

void FillCondition(const ExplainedCondition& condition,
                   v1::ConditionExplanation& answer) {
  answer.set_path(condition.path);
  answer.set_condition(condition.word);
  answer.set_text(condition.text);
  answer.set_holds(condition.holds);
  FillSpan(condition, answer);
  for (const ExplainedEvent& event : condition.evidence) {
    FillEvent(event, *answer.add_evidence());
  }
  answer.set_evidence_count(static_cast<int64_t>(condition.evidence_count));
  for (const std::string& value : condition.evidence_values) {
    answer.add_evidence_values(value);
  }
  for (const ExplainedCondition& part : condition.parts) {
    FillCondition(part, *answer.add_conditions());
  }
  answer.set_file(condition.file);
  answer.set_line(condition.line);
  answer.set_column(condition.column);
  for (const std::string& sentence : condition.changed_by) {
    answer.add_changed_by(sentence);
  }
}

}  // namespace

void FillExplanation(const Explanation& explanation, v1::Explanation& answer) {
  answer.set_holds(explanation.holds);
  FillSpan(explanation, answer);
  answer.set_held_out(explanation.held_out);
  for (const std::string& sentence : explanation.changed_by) {
    answer.add_changed_by(sentence);
  }
  for (const ExplainedCondition& condition : explanation.conditions) {
    FillCondition(condition, *answer.add_conditions());
  }
}

}  // namespace audienced
