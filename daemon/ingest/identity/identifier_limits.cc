#include "daemon/ingest/identity/identifier_limits.h"

#include <algorithm>

namespace audienced {
namespace {

int64_t CountOf(const std::string& kind,
                const std::vector<Identifier>& identifiers) {
  return std::count_if(
      identifiers.begin(), identifiers.end(),
      [&](const Identifier& identifier) { return identifier.kind == kind; });
}

}  // namespace

IdentifierLimits::IdentifierLimits(const std::map<std::string, int64_t>& named,
                                   int64_t other)
    : other_(other) {
  for (const auto& [kind, limit] : named) named_[kind] = limit;
}

int64_t IdentifierLimits::Of(const std::string& kind) const {
  const auto limit = named_.find(kind);
  return limit == named_.end() ? other_ : limit->second;
}

bool IdentifierLimits::AllowOneMore(const std::vector<Identifier>& identifiers,
                                    const std::string& kind) const {
  return CountOf(kind, identifiers) < Of(kind);
}

bool IdentifierLimits::AllowTogether(
    const std::vector<Identifier>& left,
    const std::vector<Identifier>& right) const {
  std::map<std::string, int64_t> counts;
  for (const Identifier& identifier : left) ++counts[identifier.kind];
  for (const Identifier& identifier : right) ++counts[identifier.kind];
  return std::all_of(counts.begin(), counts.end(), [&](const auto& count) {
    return count.second <= Of(count.first);
  });
}

}  // namespace audienced
