#ifndef AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_
#define AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_

#include <algorithm>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "daemon/pipeline/commit_builder.h"
#include "daemon/pipeline/commit_writer.h"
#include "daemon/pipeline/deadlines.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/erasure_registry.h"
#include "daemon/pipeline/event_commit.h"
#include "daemon/pipeline/event_counts.h"
#include "daemon/pipeline/freshness.h"
#include "daemon/pipeline/kept_histories.h"
#include "daemon/pipeline/pipeline_options.h"
#include "daemon/pipeline/rebuild_reader.h"
#include "daemon/pipeline/rule_update.h"
#include "daemon/pipeline/separations.h"
#include "daemon/publish/feed.h"
#include "daemon/publish/subscriptions.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// The rules in force. A value.
struct RulesState {
  // By which profiles are evaluated, once they have moved to it. Its rulebook
  // may be an older text of the same meaning: audiences are numbered as here,
  // titles are those of `update`.
  std::shared_ptr<Projection> projection;
  int64_t version = 0;
  std::string fingerprint;
  absl::Time applied_at;
  std::shared_ptr<const RuleUpdate> update =
      std::make_shared<const RuleUpdate>();  // never null
  // Absent: all have moved.
  std::optional<RebuildProgress> rebuild;
};

// The one writer: takes events in, evaluates whom they touch, fires deadlines,
// and commits events and consequences in one transaction; only then does it
// acknowledge, and publish. A thread of its own, and another one that waits for
// the database while events for the next commit are taken in. Public methods
// are thread-safe.
//
// When the database goes away, nothing is lost that was acknowledged: Submit()
// refuses with kUnavailable until it is back.
class Pipeline {
 public:
  using Options = PipelineOptions;

  // Loads everything from `store`, puts `update` in force where it is not yet,
  // evaluates, commits the difference and starts the thread. Borrows `store`,
  // `clock` and `feed`.
  static absl::StatusOr<std::unique_ptr<Pipeline>> Start(Store& store,
                                                         const Clock& clock,
                                                         ChangeFeed& feed,
                                                         RuleUpdate update,
                                                         Options options);
  ~Pipeline();

  // Finishes what it has begun to take in, refuses what is queued and what
  // comes from now on, and ends the thread.
  void Stop();

  using Done = std::function<void(absl::Status)>;

  // Queues `batch`; `done` is called later unless this fails. kUnavailable: the
  // database is away or the daemon is stopping. kResourceExhausted: the queue
  // is full.
  absl::Status Submit(IngestBatch batch);

  // Puts other rules in force. Profiles move to them one by one, beside ingest:
  // each at once and whole, in its turn or when something touches it. `done` is
  // called when all have moved, or with the fault; on a fault the old rules
  // stay. Rules of the same meaning become a version of their own and evaluate
  // nothing. kAborted with RELOAD_IN_PROGRESS: profiles are moving already;
  // with REBUILD_CANCELLED: CancelRebuild() took the rules back. `prepared`,
  // which may be null, is for the rules of `update`.
  void Reload(RuleUpdate update, PreparedPtr prepared, Done done);

  // Takes back the rules that profiles are moving to: those before come into
  // force again, as a version of their own. `done` is called when all have
  // moved back. kFailedPrecondition with NO_REBUILD: none is moving.
  void CancelRebuild(std::string author, Done done);

  // Makes one profile of two. `done` is called once it is committed, with the
  // number of the one that goes on. kNotFound: one of them is not known.
  void Merge(ProfileId absorbed, ProfileId survivor,
             std::function<void(absl::StatusOr<ProfileId>)> done);

  // Takes a profile that was merged into another out of it, with those that had
  // been merged into it. `done` as for Merge(). kFailedPrecondition with
  // NOT_MERGED: it is on its own.
  struct UnmergedProfiles {
    ProfileId restored{};
    ProfileId remaining{};
  };
  void Unmerge(ProfileId absorbed,
               std::function<void(absl::StatusOr<UnmergedProfiles>)> done);

  // Has the profile leave every audience, and keeps nothing of it. `done` as
  // for Merge(), with the instant of the erasure.
  void Erase(ProfileId profile,
             std::function<void(absl::StatusOr<absl::Time>)> done);

  // Remembers a consumer of changes. `done` is called once it is committed,
  // with what it is then. Its times and its database are set here.
  // kAlreadyExists: there is one of this name; kResourceExhausted: there are
  // too many.
  using SubscriptionDone = Acknowledgement::Done;
  void CreateSubscription(SubscriptionRecord subscription,
                          SubscriptionDone done);
  // Forgets one; `done` is given what it was. kNotFound: there is none.
  void DeleteSubscription(SubscriptionName name, SubscriptionDone done);
  // Moves the position of a subscription, never back. `done` as for
  // CreateSubscription(); kNotFound: there is none. What comes together is
  // committed together, with events that come in or else at once.
  void Acknowledge(SubscriptionName name, const StreamPositions& positions,
                   SubscriptionDone done);

  const Subscriptions& subscriptions() const { return subscriptions_; }
  // When the oldest change in the log was committed; InfiniteFuture: it is
  // empty.
  absl::Time oldest_change_at() const {
    return ToTime(Instant{oldest_change_micros_.load()});
  }
  const Options& options() const { return options_; }
  // Writes what is to be known of clients, in a commit of its own. `done` as
  // for Merge().
  void RecordAccess(AccessRecords records, Done done);

  absl::Duration retention() const { return options_.retention; }
  const Directory& directory() const { return directory_; }
  // What the directory has shown before is in the feed when this returns.
  void AwaitPublished() const ABSL_LOCKS_EXCLUDED(accept_mutex_);
  // Who was erased.
  const ErasureRegistry& erasures() const { return erasures_; }
  // The names that events had so far.
  const NameRegistry& names() const { return names_; }
  RulesState rules() const;

  // The instant through which the published state is evaluated: nothing can
  // change by time before it.
  absl::Time EvaluatedThrough() const { return freshness_.EvaluatedThrough(); }
  Freshness& freshness() { return freshness_; }

  // What became of the events since the start, as those say who send them here
  // and answer for them.
  EventCounts& event_counts() { return event_counts_; }

  // How many are in the audience with this number.
  Tally TallyOf(size_t audience) const;

  // kOk when ingest works; else why it does not.
  absl::Status Health() const;

  // What else has been counted since the start.
  struct Counts {
    int64_t commits = 0;
    int64_t changes = 0;
    int64_t queued_events = 0;  // at this moment
    int64_t pending_deadlines = 0;
    int64_t histories_read = 0;  // because they were not in memory
    int64_t merges = 0;
    int64_t erasures = 0;
    int64_t flagged = 0;  // profiles found to be large
    int64_t failed_commits = 0;
  };
  Counts counts() const;

 private:
  // How many profiles a commit evaluates at the most for time: keeps memory
  // bounded when a million deadlines fall on one instant, and lets ingest go on
  // in between.
  static constexpr size_t kProfilesPerCommit = 2000;

  // Something to do between two batches: called on the pipeline's thread with
  // kOk, or, instead of doing it, with why it cannot be done.
  using Command = std::function<void(const absl::Status&)>;

  // Profiles on their way to the rules in force.
  struct Rebuild {
    std::unique_ptr<RebuildReader> reader;
    RuleUpdate before;  // the rules they come from
    Done done;
  };

  Pipeline(Store& store, const Clock& clock, ChangeFeed& feed, Options options);

  // pipeline_start.cc
  absl::Status Load(RuleUpdate update);
  absl::Status LoadDirectory();
  absl::Status LoadPersons();
  absl::Status LoadNames();
  // `kept` may be null, and is for those rules.
  absl::Status RecallRules(const RuleUpdate& update, const PreparedPtr& kept);
  void WaitForPortion() ABSL_LOCKS_EXCLUDED(mutex_);

  // pipeline_rules.cc
  void ChangeRules(RuleUpdate update, PreparedPtr prepared, Done done);
  // Puts another text of the same meaning in force.
  absl::Status ApplyText(const RuleUpdate& update);
  // Puts `update` in force; the profiles have to move to `projection` then.
  absl::Status BeginRules(const RuleUpdate& update,
                          std::shared_ptr<Projection> projection);
  void MoveEveryone(RuleUpdate before, PreparedPtr prepared, Done done);
  void ContinueRebuild();
  absl::Status MovePortion(const RebuildReader::Portion& portion);
  void EndRebuild(absl::Status status);
  void ShowRules(const RuleUpdate& update, absl::Time applied_at)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ShowProgress(std::optional<RebuildProgress> progress)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void ForgetRetired(const std::vector<ChangeRecord>& changes);
  absl::Status MoveTouched(const std::vector<ProfileId>& profiles);

  // pipeline_retention.cc
  absl::Duration HistorySpan() const;
  // When something is to be dropped next; Forever: nothing, as it stands.
  Instant NextDrop() const;
  absl::Status FindFirstEvents();
  void NoteEvents(const CommitBatch& written);
  void DropExpired();
  absl::Status AnnounceDrop(absl::Time month);

  // pipeline_change_log.cc
  absl::Status FindLogStart();
  void TrimLog();
  void ScheduleTrim(const RemovableChanges& left);
  void SetOldestChange(absl::Time time);
  void WarnOfExpired(const StreamPositions& log_start) const;
  void NoteChanges(const CommitBatch& written);

  // pipeline_subscriptions.cc
  absl::Status LoadSubscriptions();
  absl::StatusOr<SubscriptionRecord> CreateOne(SubscriptionRecord subscription);
  absl::StatusOr<SubscriptionRecord> DeleteOne(const SubscriptionName& name);
  std::vector<Acknowledgement> TakeAcknowledgements()
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Collect(const std::vector<Acknowledgement>& acknowledgements,
               CommitBatch& rows) const;
  void Answer(std::vector<Acknowledgement> acknowledgements,
              const absl::Status& status);
  void AcceptSubscriptions(const CommitBatch& rows);

  // pipeline_database.cc
  static absl::Status DatabaseAway();
  absl::Status Write(CommitBuilder& builder);
  absl::Status Resolve(absl::Status written, int64_t commit_number);
  void RecoverDatabase(const absl::Status& why = DatabaseAway());
  // Someone could not read, or the session that writes is gone: if the database
  // is away, makes it come back, although there is nothing to commit. Returns
  // at once.
  void LookAfterDatabase();
  void CountFailedCommit() ABSL_LOCKS_EXCLUDED(mutex_);
  void NoteUnreached(const absl::Status& why);
  void RefuseQueued(const absl::Status& status);

  // pipeline_persons.cc
  absl::StatusOr<ProfileId> MergeOne(ProfileId absorbed, ProfileId survivor);
  absl::StatusOr<UnmergedProfiles> UnmergeOne(ProfileId absorbed);
  absl::StatusOr<absl::Time> EraseOne(ProfileId id);
  Instant NextWork() const;
  Instant NextUpkeep() const;
  void ForgetExits();
  void AcceptPersons(const CommitBatch& rows);

  // pipeline.cc
  void Run();
  bool WaitForWork() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasWorkBesideEvents() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsStopping() const ABSL_LOCKS_EXCLUDED(mutex_);
  // The same, or that the start is to be given up.
  bool MustStop() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasPortion() const;
  void Post(Command command) ABSL_LOCKS_EXCLUDED(mutex_);
  void RunCommands() ABSL_LOCKS_EXCLUDED(mutex_);

  // pipeline_events.cc
  void ProcessEvents();
  void FinishEvents();
  bool FitsIn(const IngestBatch& batch, int64_t others) const;
  std::vector<IngestBatch> TakeBatches() ABSL_LOCKS_EXCLUDED(mutex_);
  void Gather(std::vector<IngestBatch> batches);
  absl::Status MakeReady(const std::vector<IngestBatch>& batches);
  absl::Status OpenCommit(const std::vector<ProfileId>& touched);
  void BeginWrite();
  absl::Status Complete(EventCommit& commit);
  void EndWrite(absl::Status status);
  void Answer(EventCommit& commit, const absl::Status& status);

  CommitBuilder NewCommit();
  CommitBuilder NewCommitOn(const InstanceRecord& instance,
                            std::vector<Tally> tallies);
  // As the instance row is with `rows`.
  static void Advance(InstanceRecord& instance, const CommitBatch& rows);
  // Evaluates, writes where there is something to write, and makes it visible.
  absl::Status Finish(CommitBuilder& builder);
  absl::Status WriteUntilDone(CommitBuilder& builder);
  void Accept(CommitBuilder& builder) ABSL_LOCKS_EXCLUDED(accept_mutex_);
  void PublishCommit(CommitBatch& rows, const StreamPositions& before);
  void HoldBackEvaluatedThrough(CommitBuilder& builder) const;
  absl::Status HealthLocked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Instant Now() const;

  Store& store_;
  const Clock& clock_;
  ChangeFeed& feed_;
  const Options options_;

  // Of the pipeline's thread alone.
  InstanceRecord instance_;
  Deadlines deadlines_;
  CommitRules commit_rules_;
  KeptHistories kept_histories_;
  std::unique_ptr<Rebuild> rebuild_;      // null: all have moved
  std::unique_ptr<EventCommit> written_;  // is being written; null: none is
  std::unique_ptr<EventCommit>
      gathered_;  // comes after it, and takes in events
  bool is_loading_ = true;
  // The end of the first partition of events; InfiniteFuture: there is none.
  absl::Time first_events_end_ = absl::InfiniteFuture();
  Instant drop_again_at_ = Instant::Never();  // the last try was held up
  Instant trim_at_ = Instant::Forever();      // the log, next
  Instant last_trim_at_ = Instant::Never();
  // Members that are published of audiences that the rules do not have, by
  // name: of profiles that have not moved yet.
  std::map<std::string, int64_t> retired_published_;

  Separations separations_;

  Directory directory_;
  ErasureRegistry erasures_;
  Subscriptions subscriptions_;
  NameRegistry names_;
  Freshness freshness_;
  EventCounts event_counts_;

  // Held while a commit becomes visible, from the directory to the feed.
  mutable absl::Mutex accept_mutex_;

  mutable absl::Mutex mutex_;
  absl::CondVar work_;
  std::deque<IngestBatch> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t queued_events_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Command> commands_ ABSL_GUARDED_BY(mutex_);
  std::vector<Acknowledgement> acknowledgements_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> is_looking_after_database_ = false;
  std::atomic<int64_t> oldest_change_micros_ = Instant::Forever().micros;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  RulesState rules_ ABSL_GUARDED_BY(mutex_);
  std::vector<Tally> tallies_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);

  CommitWriter writer_;
  std::thread thread_;
  absl::Notification ended_;  // the thread has nothing left to do
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_
