#ifndef AUDIENCED_DAEMON_STORE_STORE_H_
#define AUDIENCED_DAEMON_STORE_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/held_records.h"
#include "daemon/store/records.h"
#include "daemon/store/stored_event.h"

namespace audienced {

class RunningStatements;

// The database: histories, memberships and the change log in PostgreSQL, and
// the only place that knows SQL.
//
// Two sides. The writing side (Open, Load..., Commit, Settle) is the
// pipeline's, for one thread at a time, and holds the connection that owns the
// advisory lock. The reading side (List..., Read...Changes) is thread-safe and
// uses connections of its own. No exception leaves.
//
// Codes: kUnavailable: the database cannot be reached or has lost the
// connection; nothing was written. kFailedPrecondition: it can be reached but
// must not be used (another daemon owns it, the schema is newer, fsync is off,
// a transaction pooler stands before it). Others: a defect.
class Store {
 public:
  struct Options {
    std::string url;  // postgresql://... or a libpq keyword string
  };

  // Connects, takes the advisory lock, refuses unsafe settings, applies the
  // migrations that are missing. A second daemon on the same database gets
  // kFailedPrecondition and a message that names the one that is running.
  static absl::StatusOr<std::unique_ptr<Store>> Open(Options options);
  ~Store();

  // `listener` is called whenever a read fails because the database cannot be
  // reached, on the thread of the caller, and when the session that writes has
  // ended although nobody asked anything of it, on a thread of the store; at
  // once where it has already. That thread calls no earlier listener once this
  // returns, and none may call the store.
  void OnUnreachable(std::function<void()> listener);

  // Ends what runs in the database at the moment, on whatever thread: it fails
  // as kUnavailable, a commit perhaps as kUnknown. Of a server that answers it
  // is asked; from one that hangs the connection is taken after a second.
  void EndStatements();

  // --- Writing side ----------------------------------------------------------

  absl::StatusOr<InstanceRecord> LoadInstance();

  // Read everything, one record a call, in no order.
  absl::Status LoadProfiles(std::function<void(ProfileRecord)> each);
  absl::Status LoadIdentifiers(std::function<void(IdentifierRecord)> each);
  absl::Status LoadErasedIdentifiers(
      std::function<void(ErasedIdentifierRecord)> each);
  absl::Status LoadSeparations(std::function<void(SeparationRecord)> each);
  absl::Status LoadSeenNames(std::function<void(SeenNameRecord)> each);
  absl::Status LoadSubscriptions(std::function<void(SubscriptionRecord)> each);

  // Writes all of `batch` in one transaction, or nothing. kUnavailable: nothing
  // was written, and it may be tried again. kUnknown: the connection was lost
  // while committing; ask Settle(). kDataLoss: the database does not stand at
  // the commit before; someone else has written. Creates the
  // partitions that the events need. An event whose key is there already is
  // passed over, and its traits and consents with it.
  //
  // The database refuses what PostgreSQL cannot hold, with the whole batch, so
  // it must not get here: texts with NUL or invalid UTF-8, events after the
  // year 9999, and identifiers and names of traits, purposes and audiences that
  // are longer than about 1 KiB, which do not fit into an index.
  absl::Status Commit(const CommitBatch& batch);

  // Sends the events of `batch` ahead: the database stores them while the rest
  // of the commit is worked out. Commit() of the same batch, grown by all but
  // events, goes on from there; until then, anything else on the writing side
  // and AbandonCommit() take it back. Errors as Commit(), which tells them
  // again.
  absl::Status BeginCommit(const CommitBatch& batch);
  void AbandonCommit();

  // Up to when (not included) the oldest events reach that DropEventsBefore()
  // could drop together; absent where there are none.
  absl::StatusOr<std::optional<absl::Time>> FirstEventsEnd();

  // Drops the events that occurred before `month`, the first instant of a month
  // (UTC), once a commit has said so (CommitBatch::events_from), and what an
  // earlier try left. Neither readers nor writers of other events wait for it.
  // False: some of it is being read; the rest is to be dropped another time.
  absl::StatusOr<bool> DropEventsBefore(absl::Time month);

  // Whether the commit in doubt with `commit_number` happened; connects again.
  // kUnavailable: not known yet; ask again.
  absl::StatusOr<bool> Settle(int64_t commit_number);

  // Brings the connection and the lock back after kUnavailable. Does nothing
  // where they are there. kDataLoss: the database is not as it was left, which
  // only a new start can cope with: another daemon was here, it was restored,
  // or a standby that was behind has taken over.
  absl::Status Reconnect();

  // --- Reading side ----------------------------------------------------------

  // Reads the latest stay of every (profile, audience), those that ended too,
  // of profiles with numbers up to `through` (included); one a call, in no
  // order.
  absl::Status LoadStays(ProfileId through,
                         absl::FunctionRef<void(StayRecord)> each);

  // The members of `audience` as of `heads`, after profile `after` (by number,
  // not included), at most `limit`, by profile number. Who is a member is as of
  // `heads`; what is said of each is as of now, and for one who has left since,
  // as of leaving.
  absl::StatusOr<std::vector<StayRecord>> ListMembers(
      const std::string& audience, const StreamPositions& heads,
      ProfileId after, int limit);

  // The same of `profiles` alone.
  absl::StatusOr<std::vector<StayRecord>> ListMembersAmong(
      const std::string& audience, const StreamPositions& heads,
      const std::vector<ProfileId>& profiles);

  // Changes with sequence in (after, through] of each stream, at most about
  // `limit`, ordered by stream and sequence. Gapless: what is returned of a
  // stream are the next ones after `after`, if LogStart() is not ahead of
  // `after` when this returns.
  absl::StatusOr<std::vector<ChangeRecord>> ReadChanges(
      const StreamPositions& after, const StreamPositions& through, int limit);

  // The last change of each stream that was removed from the log: cursors
  // before this are too old. From memory, and raised before the removal: who
  // asks after reading learns whether something of it may have been missing.
  StreamPositions LogStart() const ABSL_LOCKS_EXCLUDED(log_mutex_);

  // How far the log can be removed: what was committed before `kept_from` and
  // is not behind `held`, and what was committed before `held_from` (at or
  // before `kept_from`) at all. About `limit` changes at the most.
  absl::StatusOr<RemovableChanges> FindRemovableChanges(
      const StreamPositions& held, absl::Time kept_from, absl::Time held_from,
      int limit);

  // When the first change after `positions` was committed; absent: there is
  // none.
  absl::StatusOr<std::optional<absl::Time>> FirstChangeAfter(
      const StreamPositions& positions);

  // All events of the profiles with numbers in (after, through], and of those
  // in `others`, and the remnants of events that are no longer there; in no
  // order.
  absl::StatusOr<std::vector<EventRecord>> ReadEvents(
      ProfileId after, ProfileId through, const std::vector<ProfileId>& others);
  // Which events ScanEvents() reads: of the profiles that ReadEvents() takes.
  struct EventScan {
    ProfileId after{};
    ProfileId through{};
    std::vector<ProfileId> others;
    int readers = 1;  // connections side by side, at most 3
  };
  // The same for very many profiles: reads the whole table as it lies on disk
  // and calls `each(reader, events)` with what is wanted of it, some at a time,
  // in no order; for each reader, numbered from 0, on a thread of its own. Then
  // calls `remnant` with those. Asks `goes_on` now and then, and ends with
  // kCancelled where it says no. After an error some may have been told.
  absl::Status ScanEvents(
      const EventScan& scan, absl::FunctionRef<bool()> goes_on,
      absl::FunctionRef<void(int reader, StoredEvents events)> each,
      absl::FunctionRef<void(EventRecord)> remnant);
  // What all events take on disk, without their index.
  absl::StatusOr<int64_t> EventBytes();
  // Those of `profiles` (at least one) that occurred at `time`.
  absl::StatusOr<std::vector<EventRecord>> ReadEventsAt(
      const std::vector<ProfileId>& profiles, absl::Time time);

  // The records of `profiles`, in no order.
  absl::StatusOr<std::vector<ProfileRecord>> ReadProfiles(
      const std::vector<ProfileId>& profiles);
  // Stays of `profiles`, at most `limit`, the latest entry first.
  absl::StatusOr<std::vector<StayRecord>> ReadStays(
      const std::vector<ProfileId>& profiles, int limit);

  // Everything that is held of `profiles` (at least one) but their identifiers,
  // which the pipeline knows: at most `limit` lines behind `after`.
  absl::StatusOr<HeldLines> ReadHeldLines(
      const std::vector<ProfileId>& profiles, const HeldPosition& after,
      int limit);
  // Their events behind `after`, at most `limit`.
  absl::StatusOr<HeldEvents> ReadHeldEvents(
      const std::vector<ProfileId>& profiles, const HeldPosition& after,
      int limit);
  // Their traits and consents as they stand at `at`.
  absl::StatusOr<HeldState> ReadHeldState(
      const std::vector<ProfileId>& profiles, absl::Time at);

  // The versions of the rules below `before`, at most `limit`, the newest
  // first; without their files.
  absl::StatusOr<std::vector<RuleVersionRecord>> ListRuleVersions(
      int64_t before, int limit);
  // One version, or the newest, or the newest from `source`; kNotFound if there
  // is none.
  absl::StatusOr<RuleVersionRecord> ReadRuleVersion(int64_t version);
  absl::StatusOr<RuleVersionRecord> ReadNewestRules();
  absl::StatusOr<RuleVersionRecord> ReadNewestRules(RuleSource source);

  // All tokens, in no order.
  absl::StatusOr<std::vector<TokenRecord>> ReadTokens();
  // The audit log, the latest first.
  absl::StatusOr<std::vector<AuditEntry>> ReadAudit(const AuditQuery& query);

  // As of the last commit: events that occurred before this are dropped.
  // Thread-safe.
  Instant events_from() const { return {events_from_micros_.load()}; }

  // Whether the database answers. Cheap.
  absl::Status Ping();

 private:
  class Writer;
  class Readers;

  absl::StatusOr<RuleVersionRecord> ReadRules(const std::string& which);
  // event_scan.cc
  absl::Status ScanRemnants(const EventScan& scan,
                            absl::FunctionRef<void(EventRecord)> each);

  explicit Store(Options options);

  // Takes over how far events and remnants reach; never goes back.
  void Reach(absl::Time events_from, absl::Time remnants_through);
  // The same of the log.
  void RaiseLogStart(const StreamPositions& start)
      ABSL_LOCKS_EXCLUDED(log_mutex_);

  const Options options_;
  std::unique_ptr<RunningStatements> running_;
  std::unique_ptr<Writer> writer_;
  std::unique_ptr<Readers> readers_;
  std::atomic<int64_t> events_from_micros_{Instant::Never().micros};
  std::atomic<int64_t> remnants_through_micros_{Instant::Never().micros};
  mutable absl::Mutex log_mutex_;
  StreamPositions log_start_ ABSL_GUARDED_BY(log_mutex_){};
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_STORE_H_
