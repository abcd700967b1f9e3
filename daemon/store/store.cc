#include "daemon/store/store.h"

#include <exception>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "daemon/store/readers.h"
#include "daemon/store/tables/instance_row.h"
#include "daemon/store/tables/record_reader.h"
#include "daemon/store/writer.h"

namespace audienced {

absl::StatusOr<std::unique_ptr<Store>> Store::Open(Options options) {
  std::unique_ptr<Store> store(new Store(std::move(options)));
  absl::Status status = store->writer_->Open();
  if (!status.ok()) return status;
  return store;
}

Store::Store(Options options)
    : options_(std::move(options)),
      writer_(std::make_unique<Writer>(options_.url)),
      readers_(std::make_unique<Readers>(options_.url)) {}

Store::~Store() = default;

absl::StatusOr<InstanceRecord> Store::LoadInstance() {
  InstanceRecord instance;
  absl::Status status = writer_->Run([&](Connection& connection) {
    instance = ReadInstance(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return instance;
}

absl::StatusOr<RuleVersionRecord> Store::LoadRules() {
  std::vector<RuleVersionRecord> rules;
  absl::Status status = writer_->Run([&](Connection& connection) {
    rules = ReadNewestRules(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (rules.empty()) return absl::NotFoundError("no rules were in force yet");
  return std::move(rules.front());
}

absl::Status Store::LoadProfiles(std::function<void(ProfileRecord)> each) {
  return writer_->Run([&](Connection& connection) {
    ReadProfiles(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadIdentifiers(
    std::function<void(IdentifierRecord)> each) {
  return writer_->Run([&](Connection& connection) {
    ReadIdentifiers(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadEvents(std::function<void(EventRecord)> each) {
  return writer_->Run([&](Connection& connection) {
    ReadEvents(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadStays(std::function<void(StayRecord)> each) {
  return writer_->Run([&](Connection& connection) {
    ReadLatestStays(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::Commit(const CommitBatch& batch) {
  return writer_->Commit(batch);
}

absl::StatusOr<bool> Store::Settle(int64_t commit_number) {
  return writer_->Settle(commit_number);
}

absl::Status Store::Reconnect() { return writer_->Reconnect(); }

absl::StatusOr<std::vector<StayRecord>> Store::ListMembers(
    const std::string& audience, const StreamPositions& heads, ProfileId after,
    int limit) {
  std::vector<StayRecord> members;
  absl::Status status = readers_->Run([&](Connection& connection) {
    members = ReadMembers(connection, audience, heads, after, limit);
  });
  if (!status.ok()) return status;
  return members;
}

absl::StatusOr<std::vector<ChangeRecord>> Store::ReadChanges(
    const StreamPositions& after, const StreamPositions& through, int limit) {
  std::vector<ChangeRecord> changes;
  absl::Status status = readers_->Run([&](Connection& connection) {
    changes = ReadChangesBetween(connection, after, through, limit);
  });
  if (!status.ok()) return status;
  return changes;
}

absl::Status Store::ReadHistories(
    const std::function<bool(ProfileRecord)>& each_profile,
    const std::function<bool(const EventRecord&)>& each_event) {
  // Thrown through the reading, which ends the connection with its transaction.
  struct Stopped : std::exception {};
  bool has_begun = false;
  bool stopped = false;
  const auto go_on = [&](bool wanted) {
    has_begun = true;
    stopped = !wanted;
    if (stopped) throw Stopped();
  };
  const absl::Status status = readers_->Run([&](Connection& connection) {
    // Not twice: records were given out.
    if (has_begun) throw pqxx::broken_connection("lost while reading");
    absl::Cleanup drop_unless_read = [&] { connection.Drop(); };
    connection.Query(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
        "SET LOCAL statement_timeout = 0");
    ReadProfiles(connection, [&](ProfileRecord record) {
      go_on(each_profile(std::move(record)));
    });
    ReadEvents(connection,
               [&](const EventRecord& record) { go_on(each_event(record)); });
    connection.Query("COMMIT");
    std::move(drop_unless_read).Cancel();
  });
  return stopped ? absl::CancelledError("reading was given up") : status;
}

absl::StatusOr<StreamPositions> Store::LogStart() {
  StreamPositions start{};
  absl::Status status = readers_->Run(
      [&](Connection& connection) { start = ReadLogStart(connection); });
  if (!status.ok()) return status;
  return start;
}

absl::Status Store::Ping() {
  return readers_->Run(
      [](Connection& connection) { connection.Query("SELECT 1"); });
}

}  // namespace audienced
