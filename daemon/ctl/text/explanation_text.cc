#include "daemon/ctl/text/explanation_text.h"

#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "google/protobuf/timestamp.pb.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using google::protobuf::Timestamp;

Instant InstantOf(const Timestamp& time) {
  return ToInstant(absl::FromUnixSeconds(time.seconds()) +
                   absl::Nanoseconds(time.nanos()));
}

// The ends that `message` has.
template <typename Message, typename Explained>
void ReadSpan(const Message& message, Explained& explained) {
  if (message.has_since_time()) {
    explained.since = InstantOf(message.since_time());
  }
  if (message.has_until_time()) {
    explained.until = InstantOf(message.until_time());
  }
}

ExplainedEvent EventOf(const v1::EvidenceEvent& message) {
  return {message.event(),
          message.has_occurred_time() ? InstantOf(message.occurred_time())
                                      : Instant::Never(),
          message.event_id(),
          {message.item_ids().begin(), message.item_ids().end()}};
}

ExplainedCondition ConditionOf(const v1::ConditionExplanation& message) {
  ExplainedCondition condition;
  condition.path = message.path();
  condition.word = message.condition();
  condition.text = message.text();
  condition.holds = message.holds();
  ReadSpan(message, condition);
  for (const v1::EvidenceEvent& event : message.evidence()) {
    condition.evidence.push_back(EventOf(event));
  }
  condition.evidence_count = static_cast<size_t>(message.evidence_count());
  condition.evidence_values.assign(message.evidence_values().begin(),
                                   message.evidence_values().end());
  condition.changed_by.assign(message.changed_by().begin(),
                              message.changed_by().end());
  for (const v1::ConditionExplanation& part : message.conditions()) {
    condition.parts.push_back(ConditionOf(part));
  }
  condition.file = message.file();
  condition.line = message.line();
  condition.column = message.column();
  return condition;
}

Explanation ExplanationOf(const v1::Explanation& message) {
  Explanation explanation;
  explanation.holds = message.holds();
  ReadSpan(message, explanation);
  explanation.held_out = message.held_out();
  explanation.changed_by.assign(message.changed_by().begin(),
                                message.changed_by().end());
  for (const v1::ConditionExplanation& condition : message.conditions()) {
    explanation.conditions.push_back(ConditionOf(condition));
  }
  return explanation;
}

}  // namespace

std::string ExplanationText(const v1::ExplainMembershipResponse& response,
                            const ExplanationStyle& style) {
  const v1::Explanation& explanation = response.explanation();
  std::string lines = Concat(
      WhoText(explanation.identifiers(), explanation.profile()), " is ",
      Painted(explanation.holds() ? "in" : "not in",
              explanation.holds() ? Paint::kGreen : Paint::kRed, style.color),
      " ", Printable(explanation.audience()), "\n");
  lines += Concat("  at ", ExactTime(response.evaluated_through_time()),
                  ", by version ", std::to_string(explanation.rule_version()),
                  " of the rules\n");
  std::string note = explanation.status_note();
  if (note.empty() && explanation.held_out()) {
    note = "the profile is in the control share";
  }
  if (!note.empty()) lines += Concat("  not published: ", note, "\n");
  return Concat(lines, RenderExplanation(ExplanationOf(explanation), style));
}

}  // namespace audienced
