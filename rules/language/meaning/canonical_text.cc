#include "rules/language/meaning/canonical_text.h"

#include <algorithm>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr std::string_view kNot = "not ";

template <typename Enum>
std::string Number(Enum value) {
  return std::to_string(static_cast<int>(value));
}

// The parts in an order that says nothing, each once.
std::string Sorted(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return InAnyOrder(std::move(parts));
}

std::string TextOf(const Value& value) {
  const std::string text = AsText(value).value_or("");
  if (value.number() != nullptr) return "n" + text;
  if (value.boolean() != nullptr) return "b" + text;
  return "t" + text;
}

std::string TextOf(const PropertyTest& test) {
  std::vector<std::string> values;
  for (const Value& value : test.values) values.push_back(TextOf(value));
  std::string joined;
  if (test.kind == TestKind::kBetween) {
    for (const std::string& value : values) joined += Exact(value);
  } else {
    joined = Sorted(std::move(values));
  }
  return Concat(Exact(test.property), Number(test.kind), joined,
                test.ignore_case ? "i" : "", test.expected ? "" : "!");
}

std::string TextOf(const std::vector<PropertyTest>& tests) {
  std::vector<std::string> texts;
  for (const PropertyTest& test : tests) texts.push_back(TextOf(test));
  return Sorted(std::move(texts));
}

std::string TextOf(const Where& where) {
  if (where.empty()) return "";
  return Concat("where", TextOf(where.tests), TextOf(where.item_tests));
}

std::string TextOf(const Selection& selection, const NameMeanings& names) {
  if (selection.inline_selector) {
    return Sorted({CanonicalText(*selection.inline_selector)});
  }
  std::vector<std::string> parts;
  for (const NamedConversion& one : selection.conversions) {
    parts.push_back(names.OfConversion(one.name));
  }
  return Sorted(std::move(parts));
}

std::string TextOf(const Window& window, std::string_view time_zone) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  switch (window.kind) {
    case Window::Kind::kEver:
      return "";
    case Window::Kind::kInLast:
    case Window::Kind::kAgo:
      return Concat("ago[", absl::FormatDuration(window.at_least), ",",
                    absl::FormatDuration(window.below), ")");
    case Window::Kind::kSince:
    case Window::Kind::kBetween:
      return Concat("at[", absl::FormatTime(window.from, utc), ",",
                    absl::FormatTime(window.until, utc), ")");
    case Window::Kind::kCalendar:
      return Concat("in", Number(window.word), Exact(time_zone));
  }
  return "";
}

std::string TextOf(const Comparison& comparison) {
  return Concat(Number(comparison.kind), "[", ToText(comparison.bound), ",",
                ToText(comparison.upper), "]");
}

std::string TextOf(const Aggregate& aggregate, std::string_view time_zone) {
  return Concat(
      "agg", Number(aggregate.kind), Exact(aggregate.of),
      TextOf(aggregate.comparison),
      aggregate.kind == Aggregate::Kind::kDays ? Exact(time_zone) : "");
}

std::string Negated(const std::string& positive) {
  return Concat(kNot, positive);
}

// One overload a kind of condition.
struct ConditionText {
  std::string_view time_zone;
  const NameMeanings& names;

  std::string operator()(const Did& did) const {
    const std::string positive =
        Concat("did", TextOf(did.of, names), TextOf(did.where),
               TextOf(did.window, time_zone), Number(did.which),
               TextOf(did.aggregate, time_zone), Exact(did.same),
               did.in_one_session ? "session" : "");
    return did.negated ? Negated(positive) : positive;
  }

  std::string operator()(const Sequence& sequence) const {
    std::string steps;
    for (const Step& step : sequence.steps) {
      steps += Exact(Concat(step.negated ? "not" : "", TextOf(step.of, names),
                            TextOf(step.where), CanonicalText(step.within), "/",
                            CanonicalText(step.for_at_least)));
    }
    return Concat("sequence", steps, CanonicalText(sequence.all_within),
                  TextOf(sequence.window, time_zone), Exact(sequence.same),
                  Number(sequence.anchor));
  }

  std::string operator()(const Combination& combination) const {
    std::vector<std::string> parts;
    for (const Condition& part : combination.parts) {
      parts.push_back(CanonicalText(part, time_zone, names));
    }
    const bool negated = combination.kind == Combination::Kind::kNone;
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    std::string text;
    if (parts.size() == 1) {
      text = parts.front();
    } else {
      text = combination.kind == Combination::Kind::kAll ? "all" : "any";
      text += Sorted(std::move(parts));
    }
    return negated ? Negated(text) : text;
  }

  std::string operator()(const TraitTests& traits) const {
    return "trait" + TextOf(traits.tests);
  }

  std::string operator()(const InAudience& in) const {
    const std::string positive = "in" + Exact(names.OfAudience(in.audience));
    return in.negated ? Negated(positive) : positive;
  }

  std::string operator()(const OnRung& on_rung) const {
    return Concat("rung", Exact(names.OfRung(on_rung.ladder, on_rung.rung)),
                  TextOf(on_rung.window, time_zone));
  }

  std::string operator()(const ScoreTest& score) const {
    return Concat("score", Exact(names.OfScore(score.score)),
                  TextOf(score.comparison));
  }

  std::string operator()(const KnownFor& known_for) const {
    return "known" + absl::FormatDuration(known_for.at_least);
  }

  std::string operator()(const Sample& sample) const {
    return Concat("sample", ToText(sample.percent), "%", Exact(sample.salt));
  }

  std::string operator()(const Consented& consented) const {
    return "consented" + Exact(names.OfConsent(consented.purpose));
  }
};

}  // namespace

std::string NameMeanings::OfConversion(const std::string& name) const {
  return name;
}

std::string NameMeanings::OfRung(const std::string& ladder,
                                 const std::string& rung) const {
  return Exact(ladder) + Exact(rung);
}

std::string NameMeanings::OfScore(const std::string& name) const {
  return name;
}

std::string NameMeanings::OfConsent(const std::string& purpose) const {
  return purpose;
}

std::string NameMeanings::OfAudience(const std::string& name) const {
  return name;
}

std::string CanonicalText(const Condition& condition,
                          std::string_view time_zone,
                          const NameMeanings& names) {
  return std::visit(ConditionText{time_zone, names}, condition.node);
}

std::string ComplementText(std::string_view canonical) {
  if (canonical.starts_with(kNot)) {
    return std::string(canonical.substr(kNot.size()));
  }
  return Concat(kNot, canonical);
}

std::string CanonicalText(const Audience& audience, const NameMeanings& names) {
  std::string text =
      Exact(CanonicalText(audience.who, audience.time_zone, names));
  text += CanonicalText(audience.stay);
  if (audience.except) {
    text += "except" +
            Exact(CanonicalText(*audience.except, audience.time_zone, names));
  }
  std::vector<std::string> purposes;
  for (const Consented& one : audience.consent) {
    purposes.push_back(names.OfConsent(one.purpose));
  }
  text += Sorted(std::move(purposes));
  if (audience.active) {
    const absl::TimeZone utc = absl::UTCTimeZone();
    text += Concat("active", absl::FormatTime(audience.active->from, utc), ",",
                   absl::FormatTime(audience.active->until, utc));
  }
  return text + CanonicalText(audience.rejoin_after);
}

std::string CanonicalText(const Selector& selector) {
  return Concat("events", selector.any_event ? "*" : "",
                Sorted(selector.event_names), TextOf(selector.where));
}

std::string CanonicalText(const Conversion& conversion) {
  std::string text = CanonicalText(conversion.selector);
  if (!conversion.once_per) return text;
  const OncePer& once = *conversion.once_per;
  text += Concat("once", Number(once.kind), Exact(once.property));
  if (once.kind == OncePer::Kind::kDay) text += Exact(conversion.time_zone);
  return text;
}

std::string Exact(std::string_view text) {
  return Concat(std::to_string(text.size()), ":", text);
}

std::string InAnyOrder(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  std::string text = "(";
  for (const std::string& part : parts) text += Exact(part);
  return text + ")";
}

std::string CanonicalText(const std::optional<absl::Duration>& duration) {
  return duration ? absl::FormatDuration(*duration) : "-";
}

}  // namespace audienced
