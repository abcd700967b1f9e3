#include "daemon/ctl/sync/state/sync_state.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "daemon/ctl/export/net_changes.h"
#include "daemon/ctl/sync/state/told_member.h"
#include "daemon/digest/digest.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

constexpr char kFileName[] = "sync.sqlite";

constexpr char kCreateState[] = R"(
  CREATE TABLE IF NOT EXISTS position (
    subject BLOB NOT NULL,
    state_id BLOB NOT NULL,
    cursor BLOB NOT NULL,
    list_number INTEGER NOT NULL,
    batch_end INTEGER NOT NULL,
    next_file INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS members (
    profile BLOB PRIMARY KEY,
    member BLOB NOT NULL,
    list_number INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deliveries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    change BLOB NOT NULL,
    added BLOB NOT NULL,
    removed BLOB NOT NULL
  );
)";

// Lists of identifiers lie in the file as those of a member.
std::string BytesOfList(const IdentifierList& identifiers) {
  v1::Member member;
  *member.mutable_identifiers() = identifiers;
  return member.SerializeAsString();
}

IdentifierList ListOfBytes(const std::string& bytes) {
  v1::Member member;
  member.ParseFromString(bytes);
  return member.identifiers();
}

std::string NewStateId() { return absl::BytesToHexString(RandomBytes(8)); }

}  // namespace

absl::StatusOr<std::unique_ptr<SyncState>> SyncState::Open(
    const std::string& folder, const std::string& subject) {
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (error) {
    return absl::FailedPreconditionError(
        Concat("cannot make the folder ", folder, ": ", error.message()));
  }
  absl::StatusOr<SqliteDatabase> database =
      SqliteDatabase::Open(Concat(folder, "/", kFileName));
  if (!database.ok()) return database.status();
  std::unique_ptr<SyncState> state(new SyncState(*std::move(database)));
  absl::MutexLock lock(&state->mutex_);
  if (absl::Status status = state->Prepare(subject); !status.ok()) {
    return status;
  }
  return state;
}

SyncState::SyncState(SqliteDatabase database)
    : database_(std::move(database)), holders_(database_) {}

absl::Status SyncState::Prepare(const std::string& subject) {
  return Transact([this, &subject]() -> absl::Status {
    mutex_.AssertHeld();
    if (absl::Status made = database_.RunScript(kCreateState); !made.ok()) {
      return made;
    }
    if (absl::Status made = holders_.Create(); !made.ok()) return made;
    const auto rows = database_.Run("SELECT subject FROM position");
    if (!rows.ok()) return rows.status();
    if (rows->empty()) {
      return database_
          .Run(
              "INSERT INTO position (subject, state_id, cursor, list_number, "
              "batch_end, next_file) VALUES (?, ?, ?, 0, 0, 1)",
              {subject, NewStateId(), std::string()})
          .status();
    }
    if (BytesOf((*rows)[0][0]) == subject) return absl::OkStatus();
    return absl::FailedPreconditionError(Concat(
        "the state is that of another sync: found '", BytesOf((*rows)[0][0]),
        "', wanted '", subject, "'; name another folder with --state"));
  });
}

template <typename Change>
absl::Status SyncState::Transact(const Change& change) {
  absl::Status status = database_.Transact(change);
  return status.ok() ? ReadPosition() : status;
}

absl::Status SyncState::ReadPosition() {
  const auto rows = database_.Run(
      "SELECT cursor, state_id, list_number, batch_end, next_file, "
      // They wait without a gap.
      "(SELECT ifnull(max(number) - min(number) + 1, 0) FROM deliveries) "
      "FROM position");
  if (!rows.ok()) return rows.status();
  const SqlRow& row = rows->front();
  position_ = {BytesOf(row[0]),   BytesOf(row[1]),   IntegerOf(row[2]),
               IntegerOf(row[3]), IntegerOf(row[4]), IntegerOf(row[5])};
  return absl::OkStatus();
}

std::string SyncState::cursor() const {
  absl::MutexLock lock(&mutex_);
  return position_.cursor;
}

absl::StatusOr<int64_t> SyncState::CountMembers() {
  absl::MutexLock lock(&mutex_);
  const auto rows = database_.Run("SELECT count(*) FROM members");
  if (!rows.ok()) return rows.status();
  return IntegerOf(rows->front()[0]);
}

int64_t SyncState::waiting_count() const {
  absl::MutexLock lock(&mutex_);
  return position_.waiting_count;
}

absl::Status SyncState::BeginList() {
  absl::MutexLock lock(&mutex_);
  return Transact([this] {
    mutex_.AssertHeld();
    return database_
        .Run("UPDATE position SET list_number = list_number + 1, cursor = x''")
        .status();
  });
}

absl::Status SyncState::TakePage(const MemberList& members) {
  absl::MutexLock lock(&mutex_);
  return Transact([this, &members]() -> absl::Status {
    mutex_.AssertHeld();
    for (const v1::Member& member : members) {
      if (absl::Status taken = TakeListed(member); !taken.ok()) return taken;
    }
    return absl::OkStatus();
  });
}

absl::Status SyncState::EndList(const std::string& cursor) {
  absl::MutexLock lock(&mutex_);
  return Transact([this, &cursor]() -> absl::Status {
    mutex_.AssertHeld();
    if (absl::Status removed = RemoveUnlisted(); !removed.ok()) return removed;
    return SetCursor(cursor);
  });
}

absl::Status SyncState::TakeChanges(const ChangeList& changes,
                                    const std::string& cursor) {
  absl::MutexLock lock(&mutex_);
  return Transact([this, &changes, &cursor]() -> absl::Status {
    mutex_.AssertHeld();
    for (const v1::MembershipChange& change : changes) {
      if (absl::Status taken = TakeChange(change); !taken.ok()) return taken;
    }
    return SetCursor(cursor);
  });
}

absl::Status SyncState::ForgetCursor() {
  absl::MutexLock lock(&mutex_);
  return Transact([this] {
    mutex_.AssertHeld();
    return SetCursor("");
  });
}

absl::Status SyncState::TakeListed(const v1::Member& member) {
  const auto before = FindMember(member.profile());
  if (!before.ok()) return before.status();
  if (*before != nullptr && TellsTheSame(**before, member)) {
    return WriteMember(member);
  }
  if (*before != nullptr &&
      (*before)->idempotency_key() != member.idempotency_key()) {
    // It left and came in again: the target hears of both.
    const absl::Status left =
        TakeChange(ChangeOf(v1::CHANGE_KIND_LEFT, **before));
    if (!left.ok()) return left;
    return TakeChange(ChangeOf(v1::CHANGE_KIND_ENTERED, member));
  }
  return TakeChange(ChangeOf(
      *before == nullptr ? v1::CHANGE_KIND_ENTERED : v1::CHANGE_KIND_UPDATED,
      member));
}

absl::Status SyncState::TakeChange(const v1::MembershipChange& change) {
  const bool is_in = change.kind() != v1::CHANGE_KIND_LEFT;
  if (change.kind() != v1::CHANGE_KIND_ENTERED) {
    const auto before = FindMember(change.profile());
    if (!before.ok()) return before.status();
    if (*before == nullptr && !is_in) return absl::OkStatus();  // never told
    // Who was erased since: the exit that follows says whom to remove.
    if (*before != nullptr && is_in && change.identifiers().empty() &&
        !(*before)->identifiers().empty()) {
      return absl::OkStatus();
    }
  }
  const auto difference = holders_.Replace(
      change.profile(), is_in ? change.identifiers() : IdentifierList());
  if (!difference.ok()) return difference.status();
  absl::Status kept =
      is_in ? WriteMember(MemberOf(change)) : DeleteMember(change.profile());
  return kept.ok() ? AddDelivery(change, *difference) : kept;
}

absl::Status SyncState::RemoveUnlisted() {
  const auto rows =
      database_.Run("SELECT member FROM members WHERE list_number < ?",
                    {position_.list_number});
  if (!rows.ok()) return rows.status();
  for (const SqlRow& row : *rows) {
    v1::Member member;
    member.ParseFromString(BytesOf(row[0]));
    const absl::Status left =
        TakeChange(ChangeOf(v1::CHANGE_KIND_LEFT, member));
    if (!left.ok()) return left;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<v1::Member>> SyncState::FindMember(
    const std::string& profile) {
  const auto rows =
      database_.Run("SELECT member FROM members WHERE profile = ?", {profile});
  if (!rows.ok()) return rows.status();
  if (rows->empty()) return nullptr;
  auto member = std::make_unique<v1::Member>();
  member->ParseFromString(BytesOf((*rows)[0][0]));
  return member;
}

absl::Status SyncState::WriteMember(const v1::Member& member) {
  return database_
      .Run(
          "INSERT OR REPLACE INTO members (profile, member, list_number) "
          "VALUES (?, ?, ?)",
          {member.profile(), member.SerializeAsString(), position_.list_number})
      .status();
}

absl::Status SyncState::DeleteMember(const std::string& profile) {
  return database_.Run("DELETE FROM members WHERE profile = ?", {profile})
      .status();
}

absl::Status SyncState::AddDelivery(const v1::MembershipChange& change,
                                    const HolderTable::Difference& difference) {
  return database_
      .Run("INSERT INTO deliveries (change, added, removed) VALUES (?, ?, ?)",
           {change.SerializeAsString(), BytesOfList(difference.added),
            BytesOfList(difference.removed)})
      .status();
}

absl::Status SyncState::SetCursor(const std::string& cursor) {
  return database_.Run("UPDATE position SET cursor = ?", {cursor}).status();
}

absl::StatusOr<DeliveryBatch> SyncState::NextBatch(const BatchLimits& limits) {
  absl::MutexLock lock(&mutex_);
  if (position_.batch_end == 0) {
    const absl::StatusOr<int64_t> end = EndOfBatch(limits);
    if (!end.ok()) return end.status();
    if (*end == 0) return DeliveryBatch();
    const absl::Status set = Transact([this, &end] {
      mutex_.AssertHeld();
      return database_.Run("UPDATE position SET batch_end = ?", {*end})
          .status();
    });
    if (!set.ok()) return set;
  }
  const auto rows = database_.Run(
      "SELECT number, change, added, removed FROM deliveries "
      "WHERE number <= ? ORDER BY number",
      {position_.batch_end});
  if (!rows.ok()) return rows.status();
  DeliveryBatch batch;
  batch.first_file = position_.next_file;
  for (const SqlRow& row : *rows) {
    Delivery delivery;
    delivery.number = IntegerOf(row[0]);
    delivery.id =
        Concat(position_.state_id, "-", std::to_string(delivery.number));
    delivery.change.ParseFromString(BytesOf(row[1]));
    delivery.added = ListOfBytes(BytesOf(row[2]));
    delivery.removed = ListOfBytes(BytesOf(row[3]));
    batch.deliveries.push_back(std::move(delivery));
  }
  return batch;
}

absl::StatusOr<int64_t> SyncState::EndOfBatch(const BatchLimits& limits) {
  const auto rows = database_.Run(
      "SELECT number, length(change) FROM deliveries ORDER BY number LIMIT ?",
      {limits.deliveries});
  if (!rows.ok()) return rows.status();
  int64_t end = 0;
  int64_t bytes = 0;
  for (const SqlRow& row : *rows) {
    bytes += IntegerOf(row[1]);
    if (end != 0 && bytes > limits.bytes) break;
    end = IntegerOf(row[0]);
  }
  return end;
}

absl::Status SyncState::FinishBatch(int64_t files) {
  absl::MutexLock lock(&mutex_);
  return Transact([this, files]() -> absl::Status {
    mutex_.AssertHeld();
    const auto deleted = database_.Run(
        "DELETE FROM deliveries WHERE number <= ?", {position_.batch_end});
    if (!deleted.ok()) return deleted.status();
    return database_
        .Run("UPDATE position SET batch_end = 0, next_file = next_file + ?",
             {files})
        .status();
  });
}

bool SyncState::WaitForDeliveries(absl::Duration timeout) const {
  const auto ready = [this] {
    mutex_.AssertReaderHeld();
    return awake_ || position_.waiting_count > 0;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&ready), timeout);
  return !awake_ && position_.waiting_count > 0;
}

bool SyncState::WaitForRoom(int64_t count) const {
  const auto ready = [this, count] {
    mutex_.AssertReaderHeld();
    return awake_ || position_.waiting_count <= count;
  };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&ready));
  return !awake_;
}

void SyncState::Wake() {
  absl::MutexLock lock(&mutex_);
  awake_ = true;
}

}  // namespace audienced
