#include "rules/language/model.h"

#include <string_view>

namespace audienced {
namespace {

template <typename Named>
const Named* FindByName(const std::vector<Named>& all, std::string_view name) {
  for (const Named& one : all) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace

bool TakesProfilesFrom(const Audience& other, const Audience& audience) {
  return !audience.group.empty() && other.group == audience.group &&
         other.priority < audience.priority &&
         other.status != AudienceStatus::kDraft;
}

const Conversion* Rulebook::FindConversion(std::string_view name) const {
  return FindByName(conversions, name);
}

const Ladder* Rulebook::FindLadder(std::string_view name) const {
  return FindByName(ladders, name);
}

const Score* Rulebook::FindScore(std::string_view name) const {
  return FindByName(scores, name);
}

const ConsentPurpose* Rulebook::FindConsent(std::string_view name) const {
  return FindByName(consents, name);
}

const Audience* Rulebook::FindAudience(std::string_view name) const {
  return FindByName(audiences, name);
}

}  // namespace audienced
