#include "daemon/store/readers.h"

namespace audienced {
namespace {

constexpr int kConnectionLimit = 4;

}  // namespace

absl::Status Store::Readers::Run(
    absl::FunctionRef<void(DatabaseConnection&)> work) {
  std::unique_ptr<DatabaseConnection> connection = Acquire();
  absl::Status status = absl::OkStatus();
  for (bool again = true; again;) {
    const bool was_idle = connection != nullptr;
    if (!was_idle) {
      absl::StatusOr<std::unique_ptr<DatabaseConnection>> fresh = Connect();
      status = fresh.status();
      if (!status.ok()) break;
      connection = *std::move(fresh);
    }
    status = CatchDatabaseErrors([&] {
      const RunningStatements::Run run(running_, *connection);
      work(*connection);
      return absl::OkStatus();
    });
    const bool is_lost = !connection->is_open() || absl::IsUnavailable(status);
    if (is_lost) connection.reset();
    again = is_lost && was_idle;
  }
  Release(std::move(connection));
  if (absl::IsUnavailable(status)) {
    std::function<void()> listener;
    {
      absl::MutexLock lock(&mutex_);
      listener = on_unreachable_;
    }
    listener();
  }
  return status;
}

void Store::Readers::OnUnreachable(std::function<void()> listener) {
  absl::MutexLock lock(&mutex_);
  on_unreachable_ = std::move(listener);
}

std::unique_ptr<DatabaseConnection> Store::Readers::Acquire() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](Readers* self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) {
        return self->in_use_ < kConnectionLimit;
      },
      this));
  ++in_use_;
  if (idle_.empty()) return nullptr;
  std::unique_ptr<DatabaseConnection> connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void Store::Readers::Release(std::unique_ptr<DatabaseConnection> connection) {
  absl::MutexLock lock(&mutex_);
  --in_use_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

absl::StatusOr<std::unique_ptr<DatabaseConnection>> Store::Readers::Connect() {
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> connection =
      DatabaseConnection::Open(url_);
  if (!connection.ok()) return connection;
  absl::Status status = CatchDatabaseErrors([&] {
    (*connection)
        ->Query(
            "SET statement_timeout = '30s'; "
            "SET default_transaction_read_only = on");
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return connection;
}

}  // namespace audienced
