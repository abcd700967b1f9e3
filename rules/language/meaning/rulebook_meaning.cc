#include "rules/language/meaning/rulebook_meaning.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string FingerprintOfText(const std::string& text) {
  return absl::StrFormat("%016x", XXH3_64bits(text.data(), text.size()));
}

template <typename Enum>
std::string NumberOf(Enum value) {
  return std::to_string(static_cast<int>(value));
}

std::string TextOf(const std::optional<Worth>& worth) {
  if (!worth) return "-";
  return worth->learned ? "learned" : ToText(worth->amount);
}

}  // namespace

std::string RulebookMeaning::FingerprintOf(const Audience& audience) const {
  std::vector<std::string> taken_by;
  for (const Audience& other : rulebook_.audiences) {
    if (TakesProfilesFrom(other, audience)) {
      taken_by.push_back(OfAudience(other.name));
    }
  }
  std::string text = Concat(
      Exact(OfAudience(audience.name)), InAnyOrder(std::move(taken_by)),
      NumberOf(audience.status), "/", std::to_string(audience.minimum_size));
  if (audience.holdout) {
    text += Concat(
        "holdout", ToText(audience.holdout->percent), "%",
        Exact(audience.holdout->group.empty() ? audience.name
                                              : audience.holdout->group));
  }
  return FingerprintOfText(Concat(text, ContextText(audience)));
}

// The parts come in any order; scores and traits are published in theirs.
std::string RulebookMeaning::ContextText(const Audience& audience) const {
  std::vector<std::string> parts;
  std::string listed;
  for (const ContextName& name : audience.context) {
    const std::string part = NumberOf(name.part) + Exact(name.name);
    switch (name.part) {
      case ContextPart::kScore:
        listed += Exact(part + OfScore(name.name));
        break;
      case ContextPart::kTrait:
        listed += Exact(part);
        break;
      default:
        parts.push_back(part);
    }
  }
  return Concat("context", InAnyOrder(std::move(parts)), listed);
}

std::string RulebookMeaning::Fingerprint() const {
  std::vector<std::string> lines;
  for (const Conversion& one : rulebook_.conversions) {
    lines.push_back(Concat("conversion", Exact(one.name), NumberOf(one.kind),
                           NumberOf(one.role), TextOf(one.worth), "/",
                           OfConversion(one.name)));
  }
  for (const Ladder& one : rulebook_.ladders) {
    lines.push_back(Concat("ladder", Exact(one.name),
                           OfRung(one.name, one.rungs.front().name)));
    for (const NamedConversion& rung : one.rungs) {
      lines.back() += Exact(rung.name);  // reports name them
    }
  }
  for (const Score& one : rulebook_.scores) {
    lines.push_back(Concat("score", Exact(one.name), OfScore(one.name)));
  }
  for (const ConsentPurpose& one : rulebook_.consents) {
    lines.push_back(Concat("consent", OfConsent(one.name)));
  }
  for (const Audience& one : rulebook_.audiences) {
    lines.push_back(Concat("audience", Exact(one.name), FingerprintOf(one)));
  }
  return FingerprintOfText(InAnyOrder(std::move(lines)));
}

std::string RulebookMeaning::OfConversion(const std::string& name) const {
  return CanonicalText(*rulebook_.FindConversion(name));
}

std::string RulebookMeaning::OfRung(const std::string& ladder,
                                    const std::string& rung) const {
  const Ladder& found = *rulebook_.FindLadder(ladder);
  const auto place = std::find_if(
      found.rungs.begin(), found.rungs.end(),
      [&](const NamedConversion& each) { return each.name == rung; });
  std::string text = std::to_string(place - found.rungs.begin());
  for (const NamedConversion& each : found.rungs) {
    text += Exact(OfConversion(each.name));
  }
  return text + CanonicalText(found.all_within);
}

std::string RulebookMeaning::OfScore(const std::string& name) const {
  const Score& score = *rulebook_.FindScore(name);
  std::vector<std::string> parts;
  for (const Score::Points& points : score.points) {
    parts.push_back(Concat(Exact(ToText(points.points)),
                           OfConversion(points.conversion.name)));
  }
  return Concat(InAnyOrder(std::move(parts)), CanonicalText(score.half_life),
                score.by_quantity ? "by quantity" : "");
}

std::string RulebookMeaning::OfConsent(const std::string& purpose) const {
  const ConsentPurpose& found = *rulebook_.FindConsent(purpose);
  return Exact(purpose) + (found.granted_by_default ? "granted" : "denied");
}

std::string RulebookMeaning::OfAudience(const std::string& name) const {
  const auto known = signals_.find(name);
  if (known != signals_.end()) return known->second;
  std::string signal =
      FingerprintOfText(CanonicalText(*rulebook_.FindAudience(name), *this));
  return signals_.emplace(name, std::move(signal)).first->second;
}

}  // namespace audienced
