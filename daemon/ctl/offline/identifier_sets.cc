#include "daemon/ctl/offline/identifier_sets.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "daemon/ingest/identity.h"

namespace audienced {

TextDigest IdentifierSets::DigestOf(
    const std::vector<Identifier>& identifiers) {
  std::string text;
  for (const Identifier& identifier : identifiers) {
    AppendIdentifier(text, identifier.kind, identifier.value);
  }
  return TextDigest::Of(text);
}

std::vector<uint32_t> IdentifierSets::Join(IdentifierSets other) {
  std::vector<uint32_t> numbers(other.size());
  if (sets_.empty()) {
    *this = std::move(other);
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
  }
  for (const auto& [digest, number] : other.numbers_) {
    Set& set = other.sets_[number];
    const auto next = static_cast<uint32_t>(sets_.size());
    const uint32_t here = numbers_.FindOrAdd(digest, next);
    numbers[number] = here;
    if (here == next) {
      Append(std::move(set));
    } else {
      int64_t& first_line = sets_[here].first_line;
      first_line = std::min(first_line, set.first_line);
    }
  }
  return numbers;
}

}  // namespace audienced
