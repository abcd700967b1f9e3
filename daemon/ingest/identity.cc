#include "daemon/ingest/identity.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// Smaller is heavier. Kinds of the sender's own stand in the middle.
int WeightOf(std::string_view kind) {
  static constexpr std::array<std::string_view, 2> kFirst = {"profile",
                                                             "user_id"};
  static constexpr std::array<std::string_view, 4> kLast = {
      "email", "phone", "anonymous_id", "advertising_id"};
  for (size_t i = 0; i < kFirst.size(); ++i) {
    if (kind == kFirst[i]) return static_cast<int>(i);
  }
  for (size_t i = 0; i < kLast.size(); ++i) {
    if (kind == kLast[i]) return static_cast<int>(kFirst.size() + 1 + i);
  }
  return static_cast<int>(kFirst.size());
}

}  // namespace

void SortByWeight(std::vector<Identifier>& identifiers) {
  if (identifiers.size() < 2) return;
  const auto rank = [](const Identifier& identifier) {
    return std::tuple<int, const std::string&, const std::string&>(
        WeightOf(identifier.kind), identifier.kind, identifier.value);
  };
  std::sort(identifiers.begin(), identifiers.end(),
            [&](const Identifier& left, const Identifier& right) {
              return rank(left) < rank(right);
            });
  identifiers.erase(std::unique(identifiers.begin(), identifiers.end()),
                    identifiers.end());
}

std::string KeyOf(const Identifier& identifier) {
  return absl::StrCat(identifier.kind, ":", identifier.value);
}

}  // namespace audienced
