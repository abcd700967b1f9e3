#include "daemon/access/caller.h"

#include <algorithm>

namespace audienced {
namespace {

constexpr char kLocalName[] = "(local)";

}  // namespace

// Goes back to the last `*` only: what an earlier one could take more, the last
// one can take as well.
bool MatchesPattern(const std::string& pattern, const std::string& name) {
  size_t at = 0;
  size_t star = std::string::npos;
  size_t taken = 0;  // up to where in `name` that `*` stands for
  size_t i = 0;
  while (i < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      taken = i;
    } else if (at < pattern.size() && pattern[at] == name[i]) {
      ++at;
      ++i;
    } else if (star != std::string::npos) {
      at = star + 1;
      i = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string::npos;
}

Caller Caller::Local() {
  return Caller(kLocalName,
                Rights{{v1::SCOPE_ADMIN}, {}, v1::IDENTIFIER_VISIBILITY_PLAIN});
}

bool Caller::MaySee(const std::string& audience) const {
  return IsAdmin() || std::any_of(rights_.audience_patterns.begin(),
                                  rights_.audience_patterns.end(),
                                  [&](const std::string& pattern) {
                                    return MatchesPattern(pattern, audience);
                                  });
}

}  // namespace audienced
