#ifndef AUDIENCED_DAEMON_ACCESS_CLIENT_H_
#define AUDIENCED_DAEMON_ACCESS_CLIENT_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/access/call_limiter.h"
#include "daemon/access/caller.h"
#include "daemon/store/access_records.h"

namespace audienced {

// A token, or the name of a certificate, as calls know it. Thread-safe.
class Client {
 public:
  // `limiter`: that of all tokens of the client.
  Client(TokenRecord record, std::shared_ptr<CallLimiter> limiter);

  const TokenRecord& record() const { return record_; }
  const Caller& caller() const { return caller_; }
  CallLimiter& limiter() const { return *limiter_; }

  void Revoke() { is_revoked_ = true; }

  // Whether it is good at `now`. kUnauthenticated with TOKEN_REVOKED or
  // TOKEN_EXPIRED.
  absl::Status Check(absl::Time now) const;

 private:
  const TokenRecord record_;
  const Caller caller_;
  const std::shared_ptr<CallLimiter> limiter_;
  std::atomic<bool> is_revoked_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_CLIENT_H_
