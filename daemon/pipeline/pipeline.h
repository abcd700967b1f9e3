#ifndef AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_
#define AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/pipeline/commit_builder.h"
#include "daemon/pipeline/deadlines.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/event_counts.h"
#include "daemon/pipeline/freshness.h"
#include "daemon/pipeline/rebuild.h"
#include "daemon/pipeline/rule_update.h"
#include "daemon/publish/feed.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Events that are acknowledged together.
struct IngestBatch {
  std::vector<IncomingEvent> events;
  // History that is filled in: entries that follow are marked `existing`.
  bool backfill = false;
  // Called once, from the pipeline's thread: one outcome an event, all durable
  // and evaluated; or kUnavailable: nothing was stored.
  std::function<void(absl::StatusOr<std::vector<EventOutcome>>)> done;
};

// The rules in force. A value.
struct RulesState {
  // By which profiles are evaluated. Its rulebook may be an older text of the
  // same meaning: audiences are numbered as here, titles are those of `update`.
  std::shared_ptr<Projection> projection;
  int64_t version = 0;
  std::string fingerprint;
  absl::Time applied_at;
  RuleUpdate update;
};

// The one writer: takes events in, evaluates whom they touch, fires deadlines,
// and commits events and consequences in one transaction; only then does it
// acknowledge, and publish. A thread of its own. Public methods are
// thread-safe.
//
// When the database goes away, nothing is lost that was acknowledged: Submit()
// refuses with kUnavailable until it is back.
class Pipeline {
 public:
  struct Options {
    absl::Duration late_after = absl::Minutes(1);
    absl::Duration future_tolerance = absl::Minutes(10);
    int commit_events_limit = 2000;  // most events in one commit
    int queue_events_limit = 20000;  // beyond it Submit() pushes back
    absl::Duration max_lag = absl::Seconds(10);  // see Freshness
    // Called before each try to reach a database that went away, on the
    // pipeline's thread: where the database is our own, it is started again.
    std::function<void()> revive_database = [] {};
  };

  // Loads everything from `store`, puts `update` in force where it is not yet,
  // evaluates, commits the difference and starts the thread. Borrows `store`,
  // `clock` and `feed`.
  static absl::StatusOr<std::unique_ptr<Pipeline>> Start(Store& store,
                                                         const Clock& clock,
                                                         ChangeFeed& feed,
                                                         RuleUpdate update,
                                                         Options options);
  ~Pipeline();

  // Finishes the batch at work, refuses what is queued and what comes from now
  // on, and ends the thread.
  void Stop();

  // Queues `batch`; `done` is called later unless this fails. kUnavailable: the
  // database is away or the daemon is stopping. kResourceExhausted: the queue
  // is full.
  absl::Status Submit(IngestBatch batch);

  // Puts other rules in force. `done` is called after the difference is
  // committed, or with the fault; on a fault the old rules stay. Rules of the
  // same meaning become a version of their own and evaluate nothing.
  void Reload(RuleUpdate update, std::function<void(absl::Status)> done);

  // Makes one profile of two. `done` is called once it is committed, with the
  // number of the one that goes on. kNotFound: one of them is not known.
  void Merge(ProfileId absorbed, ProfileId survivor,
             std::function<void(absl::StatusOr<ProfileId>)> done);

  const Directory& directory() const { return directory_; }
  // The names that events had so far.
  const NameRegistry& names() const { return names_; }
  RulesState rules() const;

  // The instant through which the published state is evaluated: nothing can
  // change by time before it.
  absl::Time EvaluatedThrough() const { return freshness_.EvaluatedThrough(); }
  Freshness& freshness() { return freshness_; }

  // What became of the events since the start. Who refuses events before they
  // come here adds them.
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
  };
  Counts counts() const;

 private:
  // How many profiles a commit evaluates at the most for time or rules: keeps
  // memory bounded when a million deadlines fall on one instant, and lets
  // ingest go on in between.
  static constexpr size_t kProfilesPerCommit = 5000;

  struct MergeCommand {
    ProfileId absorbed;
    ProfileId survivor;
    std::function<void(absl::StatusOr<ProfileId>)> done;
  };

  Pipeline(Store& store, const Clock& clock, ChangeFeed& feed, Options options);

  absl::Status Load(RuleUpdate update);
  void ReloadRules();
  // Puts another text of the same meaning in force.
  absl::Status ApplyText(const RuleUpdate& update);
  void Run();
  bool WaitForWork() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IsStopping() const ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<IngestBatch> TakeBatches() ABSL_LOCKS_EXCLUDED(mutex_);
  void Process(std::vector<IngestBatch> batches);
  void MergeProfiles();
  absl::StatusOr<ProfileId> MergeOne(ProfileId absorbed, ProfileId survivor);
  void RecoverDatabase();

  // Moves every profile to the rules of `rebuild`, some at a time, and commits
  // the differences. Tries again while the database is away.
  absl::Status Apply(Rebuild rebuild);
  CommitBuilder NewCommit(std::shared_ptr<Projection> projection,
                          int64_t rule_version);
  absl::Status Commit(CommitBuilder& builder);
  absl::Status CommitUntilDone(CommitBuilder& builder);
  void Accept(CommitBuilder& builder);
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
  std::shared_ptr<Projection> projection_;

  Directory directory_;
  NameRegistry names_;
  Freshness freshness_;
  EventCounts event_counts_;

  mutable absl::Mutex mutex_;
  absl::CondVar work_;
  std::deque<IngestBatch> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t queued_events_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<MergeCommand> merges_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  RulesState rules_ ABSL_GUARDED_BY(mutex_);
  std::vector<Tally> tallies_ ABSL_GUARDED_BY(mutex_);
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  RuleUpdate reload_update_ ABSL_GUARDED_BY(mutex_);
  std::function<void(absl::Status)> reload_done_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PIPELINE_H_
