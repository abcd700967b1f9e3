#include "daemon/store/store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/store/readers.h"
#include "daemon/store/tables/access_tables.h"
#include "daemon/store/tables/held_reader.h"
#include "daemon/store/tables/instance_row.h"
#include "daemon/store/tables/membership_reader.h"
#include "daemon/store/tables/record_reader.h"
#include "daemon/store/tables/subscription_table.h"
#include "daemon/store/writer.h"

namespace audienced {
namespace {

// How long a server that was asked to cancel has time for it.
constexpr absl::Duration kCancelPatience = absl::Seconds(1);
// One statement reads the stays of so many: seconds at the most, however slow
// the disk.
constexpr int64_t kProfilesPerStatement = 2'000;

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(Options options) {
  std::unique_ptr<Store> store(new Store(std::move(options)));
  absl::Status status = store->writer_->Open();
  if (!status.ok()) return status;
  return store;
}

Store::Store(Options options)
    : options_(std::move(options)),
      running_(std::make_unique<RunningStatements>()),
      writer_(std::make_unique<Writer>(options_.url, *running_)),
      readers_(std::make_unique<Readers>(options_.url, *running_)) {}

Store::~Store() = default;

void Store::EndStatements() { running_->End(kCancelPatience); }

void Store::OnUnreachable(std::function<void()> listener) {
  readers_->OnUnreachable(listener);
  writer_->OnLost(std::move(listener));
}

absl::StatusOr<InstanceRecord> Store::LoadInstance() {
  InstanceRecord instance;
  absl::Status status = writer_->Run([&](DatabaseConnection& connection) {
    instance = ReadInstance(connection);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  Reach(instance.events_from, instance.remnants_through);
  RaiseLogStart(instance.log_start);
  return instance;
}

absl::Status Store::LoadProfiles(std::function<void(ProfileRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    audienced::ReadProfiles(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadIdentifiers(
    std::function<void(IdentifierRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    ReadIdentifiers(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadErasedIdentifiers(
    std::function<void(ErasedIdentifierRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    ReadErasedIdentifiers(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadSeparations(
    std::function<void(SeparationRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    ReadSeparations(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadSeenNames(std::function<void(SeenNameRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    ReadSeenNames(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::LoadStays(ProfileId through,
                              absl::FunctionRef<void(StayRecord)> each) {
  const auto end = static_cast<int64_t>(through);
  for (int64_t after = 0; after < end; after += kProfilesPerStatement) {
    std::vector<StayRecord> stays;
    const absl::Status status =
        readers_->Run([&](DatabaseConnection& connection) {
          const int64_t last = std::min(after + kProfilesPerStatement, end);
          stays =
              ReadLatestStays(connection, ProfileId{after}, ProfileId{last});
        });
    if (!status.ok()) return status;
    for (StayRecord& stay : stays) each(std::move(stay));
  }
  return absl::OkStatus();
}

absl::Status Store::LoadSubscriptions(
    std::function<void(SubscriptionRecord)> each) {
  return writer_->Run([&](DatabaseConnection& connection) {
    ReadSubscriptions(connection, each);
    return absl::OkStatus();
  });
}

absl::Status Store::BeginCommit(const CommitBatch& batch) {
  return writer_->Begin(batch);
}

void Store::AbandonCommit() { writer_->Abandon(); }

absl::Status Store::Commit(const CommitBatch& batch) {
  // Before, so that nobody takes for whole what is being removed. Should it
  // fail, what lies there still is taken for gone.
  Reach(batch.events_from, RemnantsThrough(batch));
  if (batch.removed_changes) RaiseLogStart(batch.removed_changes->second);
  return writer_->Commit(batch);
}

void Store::Reach(absl::Time events_from, absl::Time remnants_through) {
  const auto raise = [](std::atomic<int64_t>& micros, absl::Time to) {
    micros = std::max(micros.load(), ToInstant(to).micros);
  };
  raise(events_from_micros_, events_from);
  raise(remnants_through_micros_, remnants_through);
}

void Store::RaiseLogStart(const StreamPositions& start) {
  absl::MutexLock lock(&log_mutex_);
  for (int stream = 0; stream < kStreamCount; ++stream) {
    log_start_[stream] = std::max(log_start_[stream], start[stream]);
  }
}

absl::StatusOr<std::optional<absl::Time>> Store::FirstEventsEnd() {
  return writer_->FirstEventsEnd();
}

absl::StatusOr<bool> Store::DropEventsBefore(absl::Time month) {
  return writer_->DropEventsBefore(month);
}

absl::StatusOr<bool> Store::Settle(int64_t commit_number) {
  return writer_->Settle(commit_number);
}

absl::Status Store::Reconnect() { return writer_->Reconnect(); }

absl::StatusOr<std::vector<StayRecord>> Store::ListMembers(
    const std::string& audience, const StreamPositions& heads, ProfileId after,
    int limit) {
  std::vector<StayRecord> members;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    members = ReadMembers(connection, audience, heads, after, limit);
  });
  if (!status.ok()) return status;
  return members;
}

absl::StatusOr<std::vector<StayRecord>> Store::ListMembersAmong(
    const std::string& audience, const StreamPositions& heads,
    const std::vector<ProfileId>& profiles) {
  std::vector<StayRecord> members;
  if (profiles.empty()) return members;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    members = ReadMembersAmong(connection, audience, heads, profiles);
  });
  if (!status.ok()) return status;
  return members;
}

absl::StatusOr<std::vector<ChangeRecord>> Store::ReadChanges(
    const StreamPositions& after, const StreamPositions& through, int limit) {
  std::vector<ChangeRecord> changes;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    changes = ReadChangesBetween(connection, after, through, limit);
  });
  if (!status.ok()) return status;
  return changes;
}

StreamPositions Store::LogStart() const {
  absl::ReaderMutexLock lock(&log_mutex_);
  return log_start_;
}

absl::StatusOr<RemovableChanges> Store::FindRemovableChanges(
    const StreamPositions& held, absl::Time kept_from, absl::Time held_from,
    int limit) {
  const StreamPositions start = LogStart();
  RemovableChanges removable;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    removable = ReadRemovableChanges(connection, start, held, kept_from,
                                     held_from, limit);
  });
  if (!status.ok()) return status;
  return removable;
}

absl::StatusOr<std::optional<absl::Time>> Store::FirstChangeAfter(
    const StreamPositions& positions) {
  std::optional<absl::Time> time;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    time = ReadFirstChangeAfter(connection, positions);
  });
  if (!status.ok()) return status;
  return time;
}

absl::StatusOr<std::vector<EventRecord>> Store::ReadEvents(
    ProfileId after, ProfileId through, const std::vector<ProfileId>& others) {
  std::vector<EventRecord> events;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    events = ReadEventsOf(connection, after, through, others);
    // In this order: an event that is dropped in between is there twice.
    const Instant remnants{remnants_through_micros_.load()};
    if (remnants == Instant::Never()) return;
    for (EventRecord& remnant :
         ReadRemnantsOf(connection, after, through, others, ToTime(remnants))) {
      events.push_back(std::move(remnant));
    }
  });
  if (!status.ok()) return status;
  return events;
}

absl::StatusOr<std::vector<EventRecord>> Store::ReadEventsAt(
    const std::vector<ProfileId>& profiles, absl::Time time) {
  std::vector<EventRecord> events;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    events = audienced::ReadEventsAt(connection, profiles, time);
  });
  if (!status.ok()) return status;
  return events;
}

absl::StatusOr<std::vector<ProfileRecord>> Store::ReadProfiles(
    const std::vector<ProfileId>& profiles) {
  std::vector<ProfileRecord> records;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    records = ReadProfilesOf(connection, profiles);
  });
  if (!status.ok()) return status;
  return records;
}

absl::StatusOr<std::vector<StayRecord>> Store::ReadStays(
    const std::vector<ProfileId>& profiles, int limit) {
  std::vector<StayRecord> stays;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    stays = ReadStaysOf(connection, profiles, limit);
  });
  if (!status.ok()) return status;
  return stays;
}

absl::StatusOr<HeldLines> Store::ReadHeldLines(
    const std::vector<ProfileId>& profiles, const HeldPosition& after,
    int limit) {
  HeldLines held;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    held = audienced::ReadHeldLines(connection, profiles, after, limit);
  });
  if (!status.ok()) return status;
  return held;
}

absl::StatusOr<HeldEvents> Store::ReadHeldEvents(
    const std::vector<ProfileId>& profiles, const HeldPosition& after,
    int limit) {
  HeldEvents held;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    held = audienced::ReadHeldEvents(connection, profiles, after, limit);
  });
  if (!status.ok()) return status;
  return held;
}

absl::StatusOr<HeldState> Store::ReadHeldState(
    const std::vector<ProfileId>& profiles, absl::Time at) {
  HeldState state;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    state = audienced::ReadHeldState(connection, profiles, at);
  });
  if (!status.ok()) return status;
  return state;
}

absl::StatusOr<std::vector<RuleVersionRecord>> Store::ListRuleVersions(
    int64_t before, int limit) {
  std::vector<RuleVersionRecord> versions;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    versions = ReadRuleVersions(connection, before, limit);
  });
  if (!status.ok()) return status;
  return versions;
}

absl::StatusOr<RuleVersionRecord> Store::ReadRuleVersion(int64_t version) {
  return ReadRules(absl::StrCat("WHERE version = ", version));
}

absl::StatusOr<RuleVersionRecord> Store::ReadNewestRules() {
  return ReadRules("");
}

absl::StatusOr<RuleVersionRecord> Store::ReadNewestRules(RuleSource source) {
  return ReadRules(
      absl::StrCat("WHERE source = '", std::string(Name(source)), "'"));
}

absl::StatusOr<RuleVersionRecord> Store::ReadRules(const std::string& which) {
  std::vector<RuleVersionRecord> rules;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    rules = ReadNewestRulesWhere(connection, which);
  });
  if (!status.ok()) return status;
  if (rules.empty()) return absl::NotFoundError("no such version of the rules");
  return std::move(rules.front());
}

absl::StatusOr<std::vector<TokenRecord>> Store::ReadTokens() {
  std::vector<TokenRecord> tokens;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    tokens = audienced::ReadTokens(connection);
  });
  if (!status.ok()) return status;
  return tokens;
}

absl::StatusOr<std::vector<AuditEntry>> Store::ReadAudit(
    const AuditQuery& query) {
  std::vector<AuditEntry> entries;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    entries = ReadAuditEntries(connection, query);
  });
  if (!status.ok()) return status;
  return entries;
}

absl::Status Store::Ping() {
  return readers_->Run(
      [](DatabaseConnection& connection) { connection.Query("SELECT 1"); });
}

}  // namespace audienced
