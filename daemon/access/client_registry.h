#ifndef AUDIENCED_DAEMON_ACCESS_CLIENT_REGISTRY_H_
#define AUDIENCED_DAEMON_ACCESS_CLIENT_REGISTRY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/access/client.h"

namespace audienced {

// All tokens and names of certificates, in memory: who is asked for by each
// call. Those that expired or were revoked stay, so that they can be told from
// those that never were. Thread-safe.
class ClientRegistry {
 public:
  using ClientPtr = std::shared_ptr<const Client>;

  explicit ClientRegistry(CallLimits limits) : limits_(limits) {}

  void Add(TokenRecord record) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing where there is none with this id.
  void Revoke(const std::string& id, absl::Time at) ABSL_LOCKS_EXCLUDED(mutex_);

  // The client with this token, good or not. kUnauthenticated with
  // INVALID_TOKEN; tells nothing of which part is wrong.
  absl::StatusOr<ClientPtr> FindByToken(const std::string& text) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The client with one of the names of a certificate, which was verified.
  // kUnauthenticated with UNKNOWN_CERTIFICATE.
  absl::StatusOr<ClientPtr> FindByCertificate(
      const std::vector<std::string>& names) const ABSL_LOCKS_EXCLUDED(mutex_);

  // By client and time, with all that is known; null: there is none with the
  // id.
  std::vector<ClientPtr> List() const ABSL_LOCKS_EXCLUDED(mutex_);
  ClientPtr Find(const std::string& id) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const CallLimits limits_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Client>> by_id_
      ABSL_GUARDED_BY(mutex_);
  // The last one with the name.
  absl::flat_hash_map<std::string, ClientPtr> by_certificate_
      ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<CallLimiter>> limiters_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_CLIENT_REGISTRY_H_
