#ifndef AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_
#define AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/access/admission.h"
#include "daemon/access/audit_log.h"
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
    absl::Duration audit_retention = absl::Hours(24 * 400);
  };

  // Knows the tokens of `store`. Borrows `pipeline` and `clock`.
  static absl::StatusOr<std::unique_ptr<AccessControl>> Load(Store& store,
                                                             Pipeline& pipeline,
                                                             const Clock& clock,
                                                             Options options);
  // As ~AuditLog().
  ~AccessControl() = default;

  // Writes the end of the audit log. The pipeline still runs.
  void Stop() { audit_.Stop(); }

  // Lets a call in that needs `scopes`, all of them; `method` is for the
  // message. A token counts before a certificate. Errors as
  // audienced/v1/access.proto says.
  absl::StatusOr<std::shared_ptr<const Admission>> Admit(
      const Credentials& credentials, const ScopeSet& scopes,
      const std::string& method);

  // From now on no call is let in: SHUTTING_DOWN. Those that were go on.
  void Close() { is_closed_ = true; }

  // Makes `record`, by `caller`, durable and good. `done` is called then, on
  // the thread of the pipeline, or with the error.
  void Create(const Caller& caller, TokenRecord record,
              std::function<void(absl::Status)> done);

  // The same for the end of a token.
  void Revoke(const Caller& caller, const std::string& id,
              std::function<void(absl::Status)> done);

  // `listener` is called after a token was revoked, on the thread of the
  // pipeline. Set before there are calls.
  void OnRevoked(std::function<void()> listener) {
    on_revoked_ = std::move(listener);
  }

  // How many calls were not let in since the start, by reason.
  std::map<std::string, int64_t> refusals() const ABSL_LOCKS_EXCLUDED(mutex_);

  const ClientRegistry& clients() const { return clients_; }
  AuditLog& audit() { return audit_; }

 private:
  AccessControl(Pipeline& pipeline, const Clock& clock, Options options);

  // Admit() without the count.
  absl::StatusOr<std::shared_ptr<const Admission>> Decide(
      const Credentials& credentials, const ScopeSet& scopes,
      const std::string& method);
  // Null: someone on this machine.
  absl::StatusOr<ClientRegistry::ClientPtr> Identify(
      const Credentials& credentials) const;

  Pipeline& pipeline_;
  const Clock& clock_;
  const Options options_;
  ClientRegistry clients_;
  AuditLog audit_;
  std::function<void()> on_revoked_ = [] {};
  std::atomic<bool> is_closed_ = false;

  mutable absl::Mutex mutex_;
  std::map<std::string, int64_t> refusals_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_ACCESS_CONTROL_H_
