#include "daemon/access/scope_set.h"

#include "absl/strings/ascii.h"

namespace audienced {
namespace {

constexpr char kScopePrefix[] = "SCOPE_";
constexpr char kVisibilityPrefix[] = "IDENTIFIER_VISIBILITY_";

// `NAME` of `PREFIX_NAME`, in small letters.
std::string NameWithout(const std::string& prefix, const std::string& name) {
  if (name.size() <= prefix.size()) return "";
  return absl::AsciiStrToLower(name.substr(prefix.size()));
}

}  // namespace

std::vector<v1::Scope> ScopeSet::List() const {
  std::vector<v1::Scope> list;
  for (int number = v1::Scope_MIN + 1; number <= v1::Scope_MAX; ++number) {
    const auto scope = static_cast<v1::Scope>(number);
    if (v1::Scope_IsValid(number) && Contains(scope)) list.push_back(scope);
  }
  return list;
}

std::string ScopeName(v1::Scope scope) {
  return NameWithout(kScopePrefix, v1::Scope_Name(scope));
}

std::optional<v1::Scope> ParseScopeName(const std::string& name) {
  for (int number = v1::Scope_MIN + 1; number <= v1::Scope_MAX; ++number) {
    const auto scope = static_cast<v1::Scope>(number);
    if (v1::Scope_IsValid(number) && ScopeName(scope) == name) return scope;
  }
  return std::nullopt;
}

std::string VisibilityName(v1::IdentifierVisibility visibility) {
  return NameWithout(kVisibilityPrefix,
                     v1::IdentifierVisibility_Name(visibility));
}

std::optional<v1::IdentifierVisibility> ParseVisibilityName(
    const std::string& name) {
  for (const v1::IdentifierVisibility visibility :
       {v1::IDENTIFIER_VISIBILITY_NONE, v1::IDENTIFIER_VISIBILITY_HASHED,
        v1::IDENTIFIER_VISIBILITY_PLAIN}) {
    if (VisibilityName(visibility) == name) return visibility;
  }
  return std::nullopt;
}

}  // namespace audienced
