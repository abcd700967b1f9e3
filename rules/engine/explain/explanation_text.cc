#include "rules/engine/explain/explanation_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "rules/language/duration_text.h"
#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {
namespace {

constexpr size_t kEventsShown = 10;  // of each condition, the last ones
constexpr size_t kValuesShown = 10;

// The first `limit` of `texts`, and how many there are beside them.
std::string ListText(const std::vector<std::string>& texts, size_t limit) {
  std::string list;
  for (size_t i = 0; i < texts.size() && i < limit; ++i) {
    list += Concat(list.empty() ? "" : ", ", texts[i]);
  }
  if (texts.size() > limit) {
    list += Concat(" and ", std::to_string(texts.size() - limit), " more");
  }
  return Printable(list);
}

// A timestamp; `-` where the instant is no real one.
std::string InstantText(Instant instant) {
  const absl::Time time = ToTime(instant);
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) {
    return "-";
  }
  return TimestampText(time);
}

std::string EventText(const ExplainedEvent& event) {
  std::string text =
      Concat(InstantText(event.occurred_at), "  ", Printable(event.event));
  if (!event.item_ids.empty()) {
    text += Concat("  ", ListText(event.item_ids, kValuesShown));
  }
  return text;
}

class TreeWriter {
 public:
  TreeWriter(const ExplanationStyle& style, std::string& lines)
      : style_(style), lines_(lines) {}

  void Write(const ExplainedCondition& condition, size_t depth) {
    const std::string indent(depth * 4, ' ');
    // The parts say the rest.
    const std::string& words =
        condition.parts.empty() ? condition.text : condition.word;
    lines_ += Concat(indent, Mark(condition.holds), " ", Printable(words),
                     PlaceText(condition), "\n");
    WriteDetails(condition,
                 std::string(indent.size() + (style_.utf8 ? 2 : 6), ' '));
    for (const ExplainedCondition& part : condition.parts) {
      Write(part, depth + 1);
    }
  }

 private:
  void WriteDetails(const ExplainedCondition& condition,
                    const std::string& indent) {
    std::string span;
    if (condition.since != Instant::Never()) {
      span = Concat("since ", InstantText(condition.since));
    }
    if (condition.until != Instant::Forever()) {
      span += Concat(span.empty() ? "" : ", ", "until ",
                     InstantText(condition.until));
    }
    if (!span.empty()) lines_ += Concat(indent, span, "\n");
    const size_t shown = std::min(condition.evidence.size(), kEventsShown);
    if (condition.evidence_count > shown) {
      lines_ += Concat(
          indent, "... and ",
          Grouped(static_cast<int64_t>(condition.evidence_count - shown)),
          " before\n");
    }
    for (size_t i = condition.evidence.size() - shown;
         i < condition.evidence.size(); ++i) {
      lines_ += Concat(indent, EventText(condition.evidence[i]), "\n");
    }
    if (!condition.evidence_values.empty()) {
      lines_ += Concat(indent, "for ",
                       ListText(condition.evidence_values, kValuesShown), "\n");
    }
    for (const std::string& sentence : condition.changed_by) {
      lines_ += Concat(indent, Printable(sentence), "\n");
    }
  }

  std::string PlaceText(const ExplainedCondition& condition) const {
    if (condition.file.empty()) return "";
    const std::string place = Concat("  ", Printable(condition.file), ":",
                                     std::to_string(condition.line));
    return style_.color == Color::kNever ? place
                                         : Concat("\x1b[90m", place, "\x1b[0m");
  }

  std::string Mark(bool holds) const {
    const char* mark = style_.utf8 ? (holds ? "\u2714" : "\u2718")
                                   : (holds ? "[yes]" : "[no] ");
    if (style_.color == Color::kNever) return mark;
    return Concat(holds ? "\x1b[32m" : "\x1b[31m", mark, "\x1b[0m");
  }

  const ExplanationStyle& style_;
  std::string& lines_;
};

}  // namespace

std::string RenderExplanation(const Explanation& explanation,
                              const ExplanationStyle& style) {
  std::string lines;
  if (explanation.since != Instant::Never()) {
    lines += Concat("  since ", InstantText(explanation.since), "\n");
  }
  lines +=
      explanation.until != Instant::Forever()
          ? Concat("  until ", InstantText(explanation.until),
                   explanation.until > style.now ? ", if nothing more happens\n"
                                                 : "\n")
          : "  does not change by itself\n";
  for (const std::string& sentence : explanation.changed_by) {
    lines += Concat("  ", Printable(sentence), "\n");
  }
  lines += "\n";
  TreeWriter writer(style, lines);
  for (const ExplainedCondition& condition : explanation.conditions) {
    writer.Write(condition, /*depth=*/0);
  }
  return lines;
}

}  // namespace audienced
