#ifndef AUDIENCED_RULES_LANGUAGE_MEANING_CANONICAL_TEXT_H_
#define AUDIENCED_RULES_LANGUAGE_MEANING_CANONICAL_TEXT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "rules/language/model.h"

namespace audienced {

// What stands in a canonical text in place of a name. Here each name stands for
// itself, so that two rulebooks may mean different things by one text;
// RulebookMeaning puts in what the name means.
class NameMeanings {
 public:
  virtual ~NameMeanings() = default;

  virtual std::string OfConversion(const std::string& name) const;
  virtual std::string OfRung(const std::string& ladder,
                             const std::string& rung) const;
  virtual std::string OfScore(const std::string& name) const;
  virtual std::string OfConsent(const std::string& purpose) const;
  virtual std::string OfAudience(const std::string& name) const;
};

// A text that is equal for two conditions only if they mean the same and have
// the same evidence: the order of parts and names is taken out, places and
// paths are left out. For comparison only; nothing reads it back.
std::string CanonicalText(const Condition& condition,
                          std::string_view time_zone,
                          const NameMeanings& names = NameMeanings());

// The text of the complement of a condition with the text `canonical`.
std::string ComplementText(std::string_view canonical);

// The same for the signal of an audience (who, stay, except, consent, active,
// rejoin_after: steps 1 to 5), not for how it is published.
std::string CanonicalText(const Audience& audience,
                          const NameMeanings& names = NameMeanings());

// Of which events are meant.
std::string CanonicalText(const Selector& selector);

// Of what a conversion selects: its events, and which of them count.
std::string CanonicalText(const Conversion& conversion);

// `text` with its length before it, so that no text can imitate another form.
std::string Exact(std::string_view text);

// The parts in an order that says nothing; equal parts stay.
std::string InAnyOrder(std::vector<std::string> parts);

// A duration; `-` for none.
std::string CanonicalText(const std::optional<absl::Duration>& duration);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_MEANING_CANONICAL_TEXT_H_
