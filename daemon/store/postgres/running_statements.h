#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_RUNNING_STATEMENTS_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_RUNNING_STATEMENTS_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/store/postgres/connection.h"

namespace audienced {

// What runs in the database at the moment, so that another thread can end it: a
// statement may wait for a lock of someone else's, or for a server that hangs,
// longer than the daemon has time. Thread-safe.
class RunningStatements {
 public:
  // Statements of `connection` run for as long as this lives. Borrows both.
  class Run {
   public:
    Run(RunningStatements& all, DatabaseConnection& connection);
    ~Run();

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

   private:
    RunningStatements& all_;
    DatabaseConnection& connection_;
  };

  // Asks the server to cancel what runs now, which then fails as kUnavailable.
  // What still runs after `patience` loses its connection. Returns when nothing
  // of it runs on, or its connection is gone.
  void End(absl::Duration patience) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // The other end of a connection, as another thread may take hold of it.
  class Grip;

  absl::Mutex mutex_;
  absl::flat_hash_map<const DatabaseConnection*, std::shared_ptr<Grip>> running_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_RUNNING_STATEMENTS_H_
