#include "daemon/ctl/text/explanation_text.h"

#include <algorithm>

#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr int kEventsShown = 10;  // of each condition, the last ones
constexpr int kValuesShown = 10;

// The first `limit` of `texts`, and how many there are beside them.
std::string ListText(
    const google::protobuf::RepeatedPtrField<std::string>& texts, int limit) {
  std::string list;
  for (int i = 0; i < texts.size() && i < limit; ++i) {
    list += Concat(list.empty() ? "" : ", ", texts[i]);
  }
  if (texts.size() > limit) {
    list += Concat(" and ", std::to_string(texts.size() - limit), " more");
  }
  return Printable(list);
}

// `since A, until B`; of ends that are open nothing.
template <typename Message>
std::string SpanText(const Message& message) {
  std::string text;
  if (message.has_since_time()) {
    text = Concat("since ", ExactTime(message.since_time()));
  }
  if (message.has_until_time()) {
    text += Concat(text.empty() ? "" : ", ", "until ",
                   ExactTime(message.until_time()));
  }
  return text;
}

std::string EventText(const v1::EvidenceEvent& event) {
  std::string text =
      Concat(event.has_occurred_time() ? ExactTime(event.occurred_time()) : "-",
             "  ", Printable(event.event()));
  if (!event.item_ids().empty()) {
    text += Concat("  ", ListText(event.item_ids(), kValuesShown));
  }
  return text;
}

class TreeWriter {
 public:
  TreeWriter(const ExplanationStyle& style, std::string& lines)
      : style_(style), lines_(lines) {}

  void Write(const v1::ConditionExplanation& condition, size_t depth) {
    const std::string indent(depth * 4, ' ');
    // The parts say the rest.
    const std::string& words = condition.conditions().empty()
                                   ? condition.text()
                                   : condition.condition();
    std::string place;
    if (!condition.file().empty()) {
      place = Painted(
          Concat("  ", condition.file(), ":", std::to_string(condition.line())),
          Paint::kGrey, style_.color);
    }
    lines_ += Concat(indent, Mark(condition.holds()), " ", Printable(words),
                     place, "\n");
    const std::string below(indent.size() + (style_.utf8 ? 2 : 6), ' ');
    WriteDetails(condition, below);
    for (const v1::ConditionExplanation& part : condition.conditions()) {
      Write(part, depth + 1);
    }
  }

 private:
  void WriteDetails(const v1::ConditionExplanation& condition,
                    const std::string& indent) {
    const std::string span = SpanText(condition);
    if (!span.empty()) lines_ += Concat(indent, span, "\n");
    const int first = std::max(0, condition.evidence_size() - kEventsShown);
    const int64_t skipped =
        condition.evidence_count() - condition.evidence_size() + first;
    if (skipped > 0) {
      lines_ += Concat(indent, "... and ", Grouped(skipped), " before\n");
    }
    for (int i = first; i < condition.evidence_size(); ++i) {
      lines_ += Concat(indent, EventText(condition.evidence(i)), "\n");
    }
    if (!condition.evidence_values().empty()) {
      lines_ +=
          Concat(indent, "for ",
                 ListText(condition.evidence_values(), kValuesShown), "\n");
    }
  }

  std::string Mark(bool holds) const {
    const char* mark = style_.utf8 ? (holds ? "\u2714" : "\u2718")
                                   : (holds ? "[yes]" : "[no] ");
    return Painted(mark, holds ? Paint::kGreen : Paint::kRed, style_.color);
  }

  const ExplanationStyle& style_;
  std::string& lines_;
};

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
  if (explanation.has_since_time()) {
    lines += Concat("  since ", ExactTime(explanation.since_time()), "\n");
  }
  lines += explanation.has_until_time()
               ? Concat("  until ", ExactTime(explanation.until_time()),
                        ", if nothing more happens\n")
               : "  does not change by itself\n";
  std::string note = explanation.status_note();
  if (note.empty() && explanation.held_out()) {
    note = "the profile is in the control share";
  }
  if (!note.empty()) lines += Concat("  not published: ", note, "\n");
  lines += "\n";
  TreeWriter writer(style, lines);
  for (const v1::ConditionExplanation& condition : explanation.conditions()) {
    writer.Write(condition, /*depth=*/0);
  }
  return lines;
}

}  // namespace audienced
