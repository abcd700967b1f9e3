#ifndef AUDIENCED_DAEMON_SERVICE_CALL_WATCH_REGISTRY_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_WATCH_REGISTRY_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.pb.h"
#include "audienced/v1/status_service.pb.h"
#include "daemon/publish/feed.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/watcher.h"
#include "daemon/service/call/worker_pool.h"

namespace audienced {

// All open watches: bounds their number, wakes them after each commit, ends
// them when the daemon goes down. Thread-safe. Outlives the gRPC server.
class WatchRegistry {
 public:
  struct Options {
    int64_t watcher_limit = 1000;
    absl::Duration checkpoint_interval = absl::Seconds(30);
  };

  WatchRegistry(const Entrance& entrance, Options options);
  // No watch is open any more.
  ~WatchRegistry();

  // Hears from here on of what `feed`, which outlives this, gets. Once, before
  // the entrance is open.
  void Listen(ChangeFeed& feed);

  // Answers one call, whose request is a WatchMembershipsRequest; a watch too
  // many is refused.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Open(
      const grpc::CallbackServerContext& context,
      const grpc::ByteBuffer& request) ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends all watches with SHUTTING_DOWN, also those that are opened later. The
  // clients have the cursor to resume from in the last message.
  void CloseAll() ABSL_LOCKS_EXCLUDED(mutex_);

  // The open watches, at most `limit`, the one that is furthest behind first.
  std::vector<v1::WatchStatus> List(size_t limit) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Has all look for what is new, and whether they may go on.
  void WakeAll() ABSL_LOCKS_EXCLUDED(mutex_);

  int64_t size() const ABSL_LOCKS_EXCLUDED(mutex_);
  // How many are so far behind that they read the log in the database.
  int64_t log_reader_count() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Remove(Watcher* watcher) ABSL_LOCKS_EXCLUDED(mutex_);

  const Entrance& entrance_;
  const Options options_;
  WorkerPool pool_;
  ChangeFeed* feed_ = nullptr;  // of Listen()
  int listener_ = 0;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<Watcher*, std::shared_ptr<Watcher>> watchers_
      ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_WATCH_REGISTRY_H_
