#ifndef AUDIENCED_DAEMON_STORE_READERS_H_
#define AUDIENCED_DAEMON_STORE_READERS_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/postgres/running_statements.h"
#include "daemon/store/store.h"

namespace audienced {

// The reading side: a few connections, made when first needed, each serving one
// caller at a time; further callers wait. Thread-safe.
class Store::Readers {
 public:
  // Borrows `running`.
  Readers(std::string url, RunningStatements& running)
      : url_(std::move(url)), running_(running) {}

  // Runs `work` on a connection and turns exceptions into a status. A
  // connection that turns out to be lost is replaced and `work` runs once more.
  absl::Status Run(absl::FunctionRef<void(DatabaseConnection&)> work);

  // As Store::OnUnreachable().
  void OnUnreachable(std::function<void()> listener);

 private:
  // An idle connection or null; waits while all are in use.
  std::unique_ptr<DatabaseConnection> Acquire();
  void Release(std::unique_ptr<DatabaseConnection> connection);
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> Connect();

  const std::string url_;
  RunningStatements& running_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<DatabaseConnection>> idle_
      ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  std::function<void()> on_unreachable_ ABSL_GUARDED_BY(mutex_) = [] {};
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_READERS_H_
