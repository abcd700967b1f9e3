#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_WATCH_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_WATCH_H_

#include <cstdint>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/system/waker.h"

namespace audienced {

// Tells when the other end of a connection has gone, while nobody asks anything
// of it: with its session goes the lock that it holds. Sleeps until then, on a
// thread of its own. Thread-safe.
class SessionWatch {
 public:
  SessionWatch();
  ~SessionWatch();

  SessionWatch(const SessionWatch&) = delete;
  SessionWatch& operator=(const SessionWatch&) = delete;

  // Watches `connection` from now on, and no other.
  void Watch(const DatabaseConnection& connection) ABSL_LOCKS_EXCLUDED(mutex_);
  // Watches none.
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);

  // `listener` is called, on the thread of the watch, when the other end of the
  // connection that is watched has gone; at once where it already has. Whoever
  // was called before is not, once this returns. It must not call the watch.
  void OnLost(std::function<void()> listener) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void WatchSocket(int socket) ABSL_LOCKS_EXCLUDED(mutex_);
  void Run();

  Waker news_;  // for the thread
  absl::Mutex mutex_;
  std::function<void()> listener_ ABSL_GUARDED_BY(mutex_);
  // A second descriptor of the socket, so that it stays that one; -1: none.
  int socket_ ABSL_GUARDED_BY(mutex_) = -1;
  int64_t turn_ ABSL_GUARDED_BY(mutex_) = 0;  // grows with each connection
  bool is_lost_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_WATCH_H_
