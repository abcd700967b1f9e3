#ifndef AUDIENCED_DAEMON_ACCESS_CLIENT_H_
#define AUDIENCED_DAEMON_ACCESS_CLIENT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
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

  // As it was made, but for `revoked_at`.
  const TokenRecord& record() const { return record_; }
  const Caller& caller() const { return caller_; }
  CallLimiter& limiter() const { return *limiter_; }

  void Revoke(absl::Time at);
  // Absent: it was not.
  std::optional<absl::Time> revoked_at() const;

  // Whether it is good at `now`. kUnauthenticated with TOKEN_REVOKED or
  // TOKEN_EXPIRED.
  absl::Status Check(absl::Time now) const;

 private:
  static constexpr int64_t kNever = -1;

  const TokenRecord record_;
  const Caller caller_;
  const std::shared_ptr<CallLimiter> limiter_;
  std::atomic<int64_t> revoked_at_micros_ = kNever;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_CLIENT_H_
