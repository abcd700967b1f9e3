#ifndef AUDIENCED_DAEMON_ACCESS_CALLER_H_
#define AUDIENCED_DAEMON_ACCESS_CALLER_H_

#include <string>
#include <utility>
#include <vector>

#include "audienced/v1/access.pb.h"
#include "daemon/access/scope_set.h"

namespace audienced {

// What a client may do.
struct Rights {
  ScopeSet scopes;
  // Names of audiences, in which `*` stands for any text: `cart-*`.
  std::vector<std::string> audience_patterns;
  v1::IdentifierVisibility identifiers = v1::IDENTIFIER_VISIBILITY_NONE;
};

// Whether `name` has the form of `pattern`.
bool MatchesPattern(const std::string& pattern, const std::string& name);

// Who makes a call, and what they may do. A value; the rights are those of the
// moment at which the call was let in.
class Caller {
 public:
  // `name`: of the client, the same for all its tokens.
  Caller(std::string name, Rights rights)
      : name_(std::move(name)), rights_(std::move(rights)) {}

  // Someone on this machine who need not say who they are: may do everything.
  // No client can have this name.
  static Caller Local();

  const std::string& name() const { return name_; }
  const Rights& rights() const { return rights_; }

  // `admin` has every scope, sees every audience, and identifiers as they are.
  bool Has(v1::Scope scope) const {
    return IsAdmin() || rights_.scopes.Contains(scope);
  }

  // Whether the audience exists for this caller.
  bool MaySee(const std::string& audience) const;

  v1::IdentifierVisibility identifiers() const {
    return IsAdmin() ? v1::IDENTIFIER_VISIBILITY_PLAIN : rights_.identifiers;
  }

 private:
  bool IsAdmin() const { return rights_.scopes.Contains(v1::SCOPE_ADMIN); }

  std::string name_;
  Rights rights_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_CALLER_H_
