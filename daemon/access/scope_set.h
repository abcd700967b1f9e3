#ifndef AUDIENCED_DAEMON_ACCESS_SCOPE_SET_H_
#define AUDIENCED_DAEMON_ACCESS_SCOPE_SET_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audienced/v1/access.pb.h"

namespace audienced {

// Some of the scopes of audienced/v1/access.proto. A value.
class ScopeSet {
 public:
  ScopeSet() = default;
  ScopeSet(std::initializer_list<v1::Scope> scopes) {
    for (const v1::Scope scope : scopes) Add(scope);
  }

  void Add(v1::Scope scope) { bits_ |= BitOf(scope); }

  // Exactly this one: `admin` contains itself alone.
  bool Contains(v1::Scope scope) const { return (bits_ & BitOf(scope)) != 0; }
  bool empty() const { return bits_ == 0; }

  // In the order of their numbers.
  std::vector<v1::Scope> List() const;

 private:
  static uint32_t BitOf(v1::Scope scope) {
    return uint32_t{1} << static_cast<int>(scope);
  }

  uint32_t bits_ = 0;
};

// `audiences` for SCOPE_AUDIENCES.
std::string ScopeName(v1::Scope scope);

// The reverse; absent for other texts.
std::optional<v1::Scope> ParseScopeName(const std::string& name);

// `none`, `hashed`, `plain`, and the reverse.
std::string VisibilityName(v1::IdentifierVisibility visibility);
std::optional<v1::IdentifierVisibility> ParseVisibilityName(
    const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_SCOPE_SET_H_
