#ifndef AUDIENCED_DAEMON_ACCESS_ADMISSION_H_
#define AUDIENCED_DAEMON_ACCESS_ADMISSION_H_

#include <atomic>
#include <memory>

#include "absl/status/status.h"
#include "daemon/access/caller.h"
#include "daemon/access/client.h"
#include "daemon/system/clock.h"

namespace audienced {

// A call that was let in, for as long as it runs. Thread-safe.
class Admission {
 public:
  // `client` is null for someone on this machine who is no client. Where there
  // is one, its limiter has counted the call. Borrows `clock`.
  Admission(std::shared_ptr<const Client> client, const Clock& clock);
  ~Admission() { End(); }

  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  // The call counts as running no longer. Who answers says so before, as the
  // client may call again at once. The rest stays as it is. Thread-safe.
  void End() const;

  const Caller& caller() const { return caller_; }

  // Whether the call may go on: kUnauthenticated where the client was revoked
  // or has expired since.
  absl::Status Check() const;

  // From then on Check() fails; InfiniteFuture: not by time alone.
  absl::Time expires_at() const;

 private:
  const std::shared_ptr<const Client> client_;
  const Clock& clock_;
  const Caller caller_;
  mutable std::atomic<bool> ended_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_ADMISSION_H_
