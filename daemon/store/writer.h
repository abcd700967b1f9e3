#ifndef AUDIENCED_DAEMON_STORE_WRITER_H_
#define AUDIENCED_DAEMON_STORE_WRITER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/postgres/running_statements.h"
#include "daemon/store/postgres/session_watch.h"
#include "daemon/store/postgres/write_transaction.h"
#include "daemon/store/store.h"
#include "daemon/store/tables/event_partitions.h"
#include "daemon/store/tables/event_writer.h"

namespace audienced {

// The writing side: the connection that holds the advisory lock. After a loss
// everything is kUnavailable until Reconnect(). Not thread-safe.
class Store::Writer {
 public:
  // Borrows `running`.
  Writer(std::string url, RunningStatements& running)
      : url_(std::move(url)), running_(running) {}
  ~Writer();

  // Connects, takes the lock, migrates.
  absl::Status Open();
  // Store::Reconnect().
  absl::Status Reconnect();
  // `listener` is called, on a thread of its own, when the session has ended
  // that holds the lock; Run() finds it lost then. See SessionWatch::OnLost().
  void OnLost(std::function<void()> listener) {
    watch_.OnLost(std::move(listener));
  }
  // Store::BeginCommit(), Store::AbandonCommit() and Store::Commit().
  absl::Status Begin(const CommitBatch& batch) {
    return Begin(batch, KnownEvents::kAreAnError);
  }
  void Abandon();
  absl::Status Commit(const CommitBatch& batch);
  absl::StatusOr<std::optional<absl::Time>> FirstEventsEnd();
  absl::StatusOr<bool> DropEventsBefore(absl::Time month);
  absl::StatusOr<bool> Settle(int64_t commit_number);

  // Runs `work` on the connection and turns exceptions into a status. Abandons
  // a commit that was begun.
  absl::Status Run(absl::FunctionRef<absl::Status(DatabaseConnection&)> work);

 private:
  // Connects and takes the lock; the connection is a new one.
  absl::Status Connect();
  // Whether the database stands where it was left; kDataLoss where not.
  absl::Status CheckIsAsLeft();
  absl::Status Begin(const CommitBatch& batch, KnownEvents known);
  // Of a commit that was begun.
  absl::Status End(const CommitBatch& batch);
  // As Run(), in the commit that was begun if there is one.
  absl::Status Do(absl::FunctionRef<absl::Status(DatabaseConnection&)> work);
  void WriteRest(DatabaseConnection& connection, const CommitBatch& batch);

  const std::string url_;
  RunningStatements& running_;
  std::unique_ptr<DatabaseConnection> connection_;  // null: lost
  std::optional<WriteTransaction> transaction_;     // a commit that was begun
  int64_t begun_ = 0;                               // the number of that
  // Server process of the last connection. It may not have noticed its end.
  int session_ = 0;
  std::string start_id_;     // of this daemon, the last to have started on it
  int64_t last_commit_ = 0;  // that is known to have happened
  EventPartitions partitions_;
  SessionWatch watch_;  // of connection_
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_WRITER_H_
