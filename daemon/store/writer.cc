#include "daemon/store/writer.h"

#include "absl/strings/str_cat.h"
#include "daemon/store/postgres/admission.h"
#include "daemon/store/postgres/migrations.h"
#include "daemon/store/tables/access_tables.h"
#include "daemon/store/tables/identity_writer.h"
#include "daemon/store/tables/instance_row.h"
#include "daemon/store/tables/record_writer.h"
#include "daemon/store/tables/subscription_table.h"

namespace audienced {

Store::Writer::~Writer() {
  if (connection_ == nullptr) return;
  // Best effort: the end of the connection gives it back as well.
  Run([](DatabaseConnection& connection) {
    ReleaseLock(connection);
    return absl::OkStatus();
  }).IgnoreError();
}

absl::Status Store::Writer::Open() {
  absl::Status status = Connect();
  if (!status.ok()) return status;
  return Run([this](DatabaseConnection& connection) {
    absl::Status migrated = ApplyMigrations(connection, AllMigrations());
    if (!migrated.ok()) return migrated;
    PrepareInstance(connection);
    start_id_ = ReadLastStart(connection);
    last_commit_ = ReadCommitNumber(connection);
    return absl::OkStatus();
  });
}

absl::Status Store::Writer::Reconnect() {
  if (connection_ != nullptr && connection_->is_open()) {
    return absl::OkStatus();
  }
  const absl::Status status = Connect();
  return status.ok() ? CheckIsAsLeft() : status;
}

// While there was no connection another daemon may have come and gone, a backup
// may have been restored, and a standby that was behind may have taken over.
absl::Status Store::Writer::CheckIsAsLeft() {
  std::string start_id;
  int64_t commit = 0;
  const absl::Status read = Run([&](DatabaseConnection& connection) {
    start_id = ReadLastStart(connection);
    commit = ReadCommitNumber(connection);
    return absl::OkStatus();
  });
  if (!read.ok()) return read;
  absl::Status status;
  if (start_id != start_id_) {
    status = absl::DataLossError(
        "the database is not as it was left: another daemon has used it since, "
        "or it was restored from a backup");
  } else if (commit < last_commit_) {
    status = absl::DataLossError(absl::StrCat(
        "the database is not as it was left: it stands at commit ", commit,
        ", and commit ", last_commit_,
        " was made; a backup was restored, or a standby that was behind has "
        "taken over"));
  }
  if (!status.ok()) connection_.reset();  // nothing is to be written
  return status;
}

absl::Status Store::Writer::Connect() {
  transaction_.reset();
  connection_.reset();
  watch_.Forget();
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> connection =
      DatabaseConnection::Open(url_);
  if (!connection.ok()) return connection.status();
  absl::Status status = CatchDatabaseErrors([&] {
    DatabaseConnection& fresh = **connection;
    absl::Status checked = CheckSettings(fresh);
    if (checked.ok()) checked = RefuseTransactionPooling(fresh, url_);
    if (checked.ok()) checked = TakeLock(fresh, session_);
    if (checked.ok()) {
      session_ = fresh.Query("SELECT pg_backend_pid()")[0][0].as<int>();
    }
    return checked;
  });
  if (!status.ok()) return status;
  connection_ = *std::move(connection);
  watch_.Watch(*connection_);
  return status;
}

absl::Status Store::Writer::Run(
    absl::FunctionRef<absl::Status(DatabaseConnection&)> work) {
  Abandon();
  return Do(work);
}

absl::Status Store::Writer::Do(
    absl::FunctionRef<absl::Status(DatabaseConnection&)> work) {
  if (connection_ == nullptr) {
    return absl::UnavailableError("the connection to the database is lost");
  }
  absl::Status status = CatchDatabaseErrors([&] {
    const RunningStatements::Run run(running_, *connection_);
    return work(*connection_);
  });
  if (!connection_->is_open()) {
    transaction_.reset();
    connection_.reset();
  }
  return status;
}

absl::Status Store::Writer::Begin(const CommitBatch& batch, KnownEvents known) {
  const absl::Status begun = Run([&](DatabaseConnection& connection) {
    absl::Status status = partitions_.MakeFor(batch.events, connection);
    if (!status.ok()) return status;
    transaction_.emplace(connection);
    begun_ = batch.commit_number;
    WriteEvents(*transaction_, batch.events, known);
    transaction_->Flush();
    return absl::OkStatus();
  });
  // Commit() must not take some of the events for all.
  if (!begun.ok()) Abandon();
  return begun;
}

// To roll it back may take as long as any statement.
void Store::Writer::Abandon() {
  if (!transaction_) return;
  const RunningStatements::Run run(running_, *connection_);
  transaction_.reset();
}

absl::Status Store::Writer::Commit(const CommitBatch& batch) {
  if (!transaction_ || begun_ != batch.commit_number) {
    const absl::Status begun = Begin(batch);
    if (!begun.ok()) return begun;
  }
  absl::Status status = End(batch);
  if (!absl::IsAlreadyExists(status)) return status;
  // Histories know what is stored, so it is rare that an event is.
  status = Begin(batch, KnownEvents::kPassedOver);
  if (status.ok()) status = End(batch);
  return absl::IsAlreadyExists(status) ? absl::InternalError(status.message())
                                       : status;
}

absl::Status Store::Writer::End(const CommitBatch& batch) {
  absl::Status status = Do([&](DatabaseConnection& connection) {
    WriteRest(transaction_->Statements(), batch);
    if (transaction_->Settle() != 1) {
      return absl::DataLossError(absl::StrCat(
          "the database does not stand before commit ", batch.commit_number,
          ": someone else has written to it"));
    }
    // Once COMMIT is sent, no error says that it did not happen.
    absl::Status committed = CatchDatabaseErrors([&] {
      transaction_->Commit();
      return absl::OkStatus();
    });
    if (committed.ok()) {
      last_commit_ = batch.commit_number;
      return committed;
    }
    connection.Drop();
    return absl::UnknownError(
        absl::StrCat("commit ", batch.commit_number,
                     " is in doubt: ", std::string(committed.message())));
  });
  Abandon();
  return status;
}

// All but the events, which are sent first. The last statement tells whether
// the database stood where it should.
void Store::Writer::WriteRest(DatabaseConnection& connection,
                              const CommitBatch& batch) {
  WriteProfiles(connection, batch.profiles);
  WriteIdentifiers(connection, batch.identifiers);
  WriteMerges(connection, batch.merges);
  WriteUnmerges(connection, batch.unmerges, batch.commit_time);
  RemoveSeparations(connection, batch.rejoined);
  WriteRemnants(connection, batch.events);
  WriteRemnants(connection, batch.remnants);
  WriteFirstEvents(connection, batch.first_events);
  WriteSeenNames(connection, batch.names, batch.commit_time);
  // Before the changes: those of the erasure itself keep what they tell.
  Erase(connection, batch.erasures, batch.commit_time);
  ForgetExits(connection, batch.forgotten_exits);
  WriteStays(connection, batch.stays);
  WriteChanges(connection, batch.changes);
  if (batch.rules) WriteRules(connection, *batch.rules);
  if (batch.removed_changes) {
    RemoveChanges(connection, batch.removed_changes->first,
                  batch.removed_changes->second);
  }
  WriteSubscriptions(connection, batch.subscriptions);
  DeleteSubscriptions(connection, batch.deleted_subscriptions);
  WriteAccess(connection, batch.access, batch.commit_number);
  AdvanceInstance(connection, batch);
}

absl::StatusOr<std::optional<absl::Time>> Store::Writer::FirstEventsEnd() {
  std::optional<absl::Time> end;
  const absl::Status status = Run([&](DatabaseConnection& connection) {
    end = partitions_.FirstEnd(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return end;
}

absl::StatusOr<bool> Store::Writer::DropEventsBefore(absl::Time month) {
  bool dropped = false;
  const absl::Status status = Run([&](DatabaseConnection& connection) {
    dropped = partitions_.DropBefore(month, connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return dropped;
}

absl::StatusOr<bool> Store::Writer::Settle(int64_t commit_number) {
  // With the lock, no session of ours is left that could still commit.
  absl::Status status = Reconnect();
  if (!status.ok()) return status;
  int64_t found = 0;
  status = Run([&](DatabaseConnection& connection) {
    found = ReadCommitNumber(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (found != commit_number && found != commit_number - 1) {
    return absl::DataLossError(
        absl::StrCat("the database stands at commit ", found, "; wanted is ",
                     commit_number, " or the one before"));
  }
  last_commit_ = found;
  return found == commit_number;
}

}  // namespace audienced
