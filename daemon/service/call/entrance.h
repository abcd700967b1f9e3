#ifndef AUDIENCED_DAEMON_SERVICE_CALL_ENTRANCE_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_ENTRANCE_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "daemon/service/stages.h"

namespace audienced {

// What calls are answered from, once it is there. The server listens from the
// first moment of the daemon, and one server does until the last: where a
// second one took its place, connections would be closed and, for a moment,
// refused, which clients of gRPC get over badly. Thread-safe.
class Entrance {
 public:
  // `progress` tells how far the start is; it is asked by any thread.
  explicit Entrance(std::function<std::string()> progress)
      : progress_(std::move(progress)) {}
  Entrance(const Entrance&) = delete;
  Entrance& operator=(const Entrance&) = delete;

  // Lets calls in from here on. Once.
  void Open(const Stages& stages);

  bool is_open() const { return is_open_.load(std::memory_order_acquire); }
  // OK where it is open, else UNAVAILABLE / STARTING.
  absl::Status Check() const;
  // Of an open one.
  const Stages& stages() const { return *stages_; }

 private:
  const std::function<std::string()> progress_;
  std::optional<Stages> stages_;  // never touched again once it is open
  std::atomic<bool> is_open_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_ENTRANCE_H_
