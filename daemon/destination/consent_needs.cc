#include "daemon/destination/consent_needs.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace audienced {

std::optional<ConsentNeed> ParseConsentNeed(std::string_view text) {
  const size_t sign = text.find('=');
  if (sign == std::string_view::npos) return std::nullopt;
  const auto destination = FindDestination(text.substr(0, sign));
  if (!destination) return std::nullopt;
  ConsentNeed need;
  need.destination = *destination;
  need.purposes = absl::StrSplit(std::string(text.substr(sign + 1)), '+');
  for (const std::string& purpose : need.purposes) {
    if (purpose.empty()) return std::nullopt;
  }
  return need;
}

std::string ConsentNeedText(const ConsentNeed& need) {
  return absl::StrCat(std::string(Name(need.destination)), "=",
                      absl::StrJoin(need.purposes, "+"));
}

ConsentNeeds ConsentNeedsOf(const std::vector<ConsentNeed>& needs) {
  ConsentNeeds all;
  for (const ConsentNeed& need : needs) {
    std::vector<std::string>& purposes = all[need.destination];
    for (const std::string& missing :
         MissingPurposes(need.purposes, purposes)) {
      purposes.push_back(missing);
    }
  }
  return all;
}

std::vector<std::string> MissingPurposes(
    const std::vector<std::string>& needed,
    const std::vector<std::string>& required) {
  std::vector<std::string> missing;
  for (const std::string& purpose : needed) {
    if (std::find(required.begin(), required.end(), purpose) ==
        required.end()) {
      missing.push_back(purpose);
    }
  }
  return missing;
}

}  // namespace audienced
