#ifndef AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_
#define AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/access/admission.h"
#include "daemon/access/client_registry.h"
#include "daemon/access/scope_set.h"
#include "daemon/system/clock.h"

namespace audienced {

// By what a call says who makes it.
struct Credentials {
  std::optional<std::string> token;
  // All names in the certificate of the connection, which was verified; absent:
  // there is none.
  std::optional<std::vector<std::string>> certificate_names;
  // The connection comes from this machine, and in plain.
  bool is_local = false;
};

// kPermissionDenied with SCOPE_MISSING: `caller` lacks `scope`, which `what`
// needs.
absl::Status ScopeMissing(const Caller& caller, v1::Scope scope,
                          const std::string& what);

// Who may do what: every call is let in here, or is not. Thread-safe.
class AccessControl {
 public:
  struct Options {
    // Also of those on this machine.
    bool require_authentication = false;
    CallLimits limits;
  };

  // Borrows `clock`.
  AccessControl(const Clock& clock, Options options);

  // Lets a call in that needs `scopes`, all of them; `method` is for the
  // message. A token counts before a certificate. Errors as
  // audienced/v1/access.proto says.
  absl::StatusOr<std::shared_ptr<const Admission>> Admit(
      const Credentials& credentials, const ScopeSet& scopes,
      const std::string& method);

  ClientRegistry& clients() { return clients_; }

 private:
  // Null: someone on this machine.
  absl::StatusOr<ClientRegistry::ClientPtr> Identify(
      const Credentials& credentials) const;

  const Clock& clock_;
  const Options options_;
  ClientRegistry clients_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_
