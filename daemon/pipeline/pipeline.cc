#include "daemon/pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(500);

absl::Status DatabaseAway() {
  return WithRetryDelay(
      WithReason(absl::UnavailableError("the database cannot be reached; "
                                        "nothing was stored"),
                 v1::ERROR_REASON_DATABASE_UNAVAILABLE),
      kRetryDelay);
}

absl::Status Stopping() {
  return WithRetryDelay(
      WithReason(absl::UnavailableError("the daemon is stopping; nothing was "
                                        "stored"),
                 v1::ERROR_REASON_SHUTTING_DOWN),
      absl::Seconds(1));
}

absl::Status QueueFull() {
  return WithRetryDelay(WithReason(absl::ResourceExhaustedError(
                                       "more events wait than the queue holds"),
                                   v1::ERROR_REASON_OVERLOADED),
                        absl::Milliseconds(100));
}

}  // namespace

Pipeline::Pipeline(Store& store, const Clock& clock, ChangeFeed& feed,
                   Options options)
    : store_(store),
      clock_(clock),
      feed_(feed),
      options_(std::move(options)),
      freshness_(clock, options_.max_lag) {}

absl::StatusOr<std::unique_ptr<Pipeline>> Pipeline::Start(Store& store,
                                                          const Clock& clock,
                                                          ChangeFeed& feed,
                                                          RuleUpdate update,
                                                          Options options) {
  std::unique_ptr<Pipeline> pipeline(
      new Pipeline(store, clock, feed, std::move(options)));
  absl::Status loaded = pipeline->Load(std::move(update));
  if (!loaded.ok()) return loaded;
  pipeline->thread_ = std::thread([raw = pipeline.get()] { raw->Run(); });
  return pipeline;
}

Pipeline::~Pipeline() { Stop(); }

void Pipeline::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    work_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

absl::Status Pipeline::Submit(IngestBatch batch) {
  const auto events = static_cast<int64_t>(batch.events.size());
  absl::MutexLock lock(&mutex_);
  absl::Status health = HealthLocked();
  if (!health.ok()) return health;
  if (queued_events_ > 0 &&
      queued_events_ + events > options_.queue_events_limit) {
    return QueueFull();
  }
  queued_events_ += events;
  queue_.push_back(std::move(batch));
  work_.Signal();
  return absl::OkStatus();
}

void Pipeline::Reload(RuleUpdate update,
                      std::function<void(absl::Status)> done) {
  absl::Status refusal = Stopping();
  {
    absl::MutexLock lock(&mutex_);
    if (!stopping_ && !reload_done_) {
      reload_update_ = std::move(update);
      reload_done_ = std::move(done);
      work_.Signal();
      return;
    }
    if (!stopping_) {
      refusal = WithReason(
          absl::AbortedError("another change of rules is under way; try again"),
          v1::ERROR_REASON_RELOAD_IN_PROGRESS);
    }
  }
  done(std::move(refusal));
}

RulesState Pipeline::rules() const {
  absl::ReaderMutexLock lock(&mutex_);
  return rules_;
}

Tally Pipeline::TallyOf(size_t audience) const {
  absl::ReaderMutexLock lock(&mutex_);
  return audience < tallies_.size() ? tallies_[audience] : Tally();
}

absl::Status Pipeline::Health() const {
  absl::ReaderMutexLock lock(&mutex_);
  return HealthLocked();
}

absl::Status Pipeline::HealthLocked() const {
  return stopping_ ? Stopping() : freshness_.health();
}

Pipeline::Counts Pipeline::counts() const {
  absl::ReaderMutexLock lock(&mutex_);
  Counts counts = counts_;
  counts.queued_events = queued_events_;
  return counts;
}

Instant Pipeline::Now() const {
  // Published states do not go back in time, whatever the clock does.
  return std::max(ToInstant(clock_.Now()),
                  ToInstant(instance_.evaluated_through));
}

bool Pipeline::IsStopping() const {
  absl::ReaderMutexLock lock(&mutex_);
  return stopping_;
}

void Pipeline::Run() {
  while (WaitForWork()) {
    ReloadRules();
    MergeProfiles();
    Process(TakeBatches());
  }
  for (IngestBatch& batch : TakeBatches()) batch.done(Stopping());
  std::function<void(absl::Status)> reload_done;
  std::deque<MergeCommand> merges;
  {
    absl::MutexLock lock(&mutex_);
    merges = std::exchange(merges_, {});
    reload_done = std::exchange(reload_done_, nullptr);
  }
  if (reload_done) reload_done(Stopping());
  for (MergeCommand& merge : merges) merge.done(Stopping());
}

// Blocks until something is to be done; false when the daemon stops.
bool Pipeline::WaitForWork() {
  freshness_.Rest(deadlines_.next());
  absl::MutexLock lock(&mutex_);
  counts_.pending_deadlines = static_cast<int64_t>(deadlines_.size());
  while (!stopping_ && queue_.empty() && merges_.empty() && !reload_done_ &&
         deadlines_.next() > Now()) {
    clock_.Wait(work_, mutex_, ToTime(deadlines_.next()));
  }
  freshness_.Begin(Now());
  return !stopping_;
}

// Whole batches, up to the limit of a commit; one at least.
std::vector<IngestBatch> Pipeline::TakeBatches() {
  std::vector<IngestBatch> batches;
  int64_t events = 0;
  absl::MutexLock lock(&mutex_);
  while (!queue_.empty() &&
         (batches.empty() || stopping_ ||
          events + static_cast<int64_t>(queue_.front().events.size()) <=
              options_.commit_events_limit)) {
    events += static_cast<int64_t>(queue_.front().events.size());
    batches.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_events_ -= events;
  return batches;
}

// One commit: what came in, and whose time has come.
void Pipeline::Process(std::vector<IngestBatch> batches) {
  CommitBuilder builder = NewCommit(projection_, instance_.rule_version);
  std::vector<std::vector<EventOutcome>> outcomes;
  for (const IngestBatch& batch : batches) {
    std::vector<EventOutcome>& of_batch = outcomes.emplace_back();
    for (const IncomingEvent& event : batch.events) {
      of_batch.push_back(builder.Add(event, batch.backfill));
    }
  }
  const std::vector<ProfileId> due =
      deadlines_.TakeDue(builder.now(), kProfilesPerCommit);
  for (const ProfileId id : due) {
    // Of one that was absorbed since, the survivor is found.
    const Directory::ProfilePtr profile = directory_.Find(id);
    if (profile->next_change <= builder.now()) {
      builder.Touch(profile->id, Cause::kTime);
    }
  }
  builder.Evaluate();
  HoldBackEvaluatedThrough(builder);
  const absl::Status committed =
      builder.rows().empty() ? absl::OkStatus() : Commit(builder);
  if (!committed.ok()) {
    for (const ProfileId id : due) deadlines_.Add(builder.now(), id);
    for (IngestBatch& batch : batches) batch.done(committed);
    RecoverDatabase();
    return;
  }
  Accept(builder);
  for (size_t i = 0; i < batches.size(); ++i) {
    event_counts_.Add(batches[i].events, outcomes[i]);
    batches[i].done(std::move(outcomes[i]));
  }
}

CommitBuilder Pipeline::NewCommit(std::shared_ptr<Projection> projection,
                                  int64_t rule_version) {
  std::vector<Tally> tallies;
  {
    absl::ReaderMutexLock lock(&mutex_);
    tallies = tallies_;
  }
  return CommitBuilder(
      directory_, names_, std::move(projection), instance_, std::move(tallies),
      Now(), {options_.late_after, options_.future_tolerance, rule_version});
}

// What is still due is not published yet.
void Pipeline::HoldBackEvaluatedThrough(CommitBuilder& builder) const {
  if (deadlines_.next() > builder.now()) return;
  const absl::Time before_due = ToTime(Plus(deadlines_.next(), -1));
  builder.rows().evaluated_through =
      std::max(before_due, instance_.evaluated_through);
}

// Writes what the builder has made, or nothing; a commit in doubt is settled
// before this returns.
absl::Status Pipeline::Commit(CommitBuilder& builder) {
  absl::Status status = store_.Commit(builder.rows());
  if (status.code() == absl::StatusCode::kUnknown) {
    freshness_.SetHealth(DatabaseAway());
    LogWarning("pipeline",
               "lost the database while committing; asking it what "
               "became of the commit",
               {});
    absl::StatusOr<bool> happened = false;
    do {
      options_.revive_database();
      happened = store_.Settle(builder.rows().commit_number);
      if (!happened.ok()) absl::SleepFor(kRetryDelay);
    } while (!happened.ok() && !IsStopping());
    if (!happened.ok()) return Stopping();
    freshness_.SetHealth(absl::OkStatus());
    status = *happened ? absl::OkStatus() : DatabaseAway();
  }
  if (status.ok()) return status;
  LogError("pipeline", "a commit failed", {{"error", status}});
  return absl::IsUnavailable(status) ? DatabaseAway() : status;
}

// Refuses ingest until the database answers again.
void Pipeline::RecoverDatabase() {
  freshness_.SetHealth(DatabaseAway());
  for (IngestBatch& batch : TakeBatches()) batch.done(DatabaseAway());
  while (!IsStopping()) {
    options_.revive_database();
    const absl::Status back = store_.Reconnect();
    if (back.ok()) {
      LogInfo("pipeline", "the database is back", {});
      freshness_.SetHealth(absl::OkStatus());
      return;
    }
    for (IngestBatch& batch : TakeBatches()) batch.done(DatabaseAway());
    absl::MutexLock lock(&mutex_);
    if (!stopping_) work_.WaitWithTimeout(&mutex_, kRetryDelay);
  }
}

// Makes visible what was written: the profiles, then the feed, and only then
// the instant through which both are evaluated.
void Pipeline::Accept(CommitBuilder& builder) {
  CommitBatch& rows = builder.rows();
  const std::vector<Directory::ProfilePtr> profiles = builder.TakeProfiles();
  for (const Directory::ProfilePtr& profile : profiles) {
    deadlines_.Add(profile->next_change, profile->id);
  }
  directory_.Apply(profiles);
  names_.Add(rows.names);
  const auto changes = static_cast<int64_t>(rows.changes.size());
  const bool was_written = !rows.empty();
  if (was_written) {
    auto published = std::make_shared<PublishedCommit>();
    published->commit_number = rows.commit_number;
    published->before = instance_.heads;
    published->after = rows.heads;
    published->changes = std::move(rows.changes);
    instance_.commit_number = rows.commit_number;
    instance_.heads = rows.heads;
    feed_.Publish(std::move(published));
  }
  instance_.evaluated_through = rows.evaluated_through;
  freshness_.Publish(ToInstant(rows.evaluated_through), deadlines_.next());
  absl::MutexLock lock(&mutex_);
  counts_.commits += was_written;
  counts_.changes += changes;
  tallies_ = builder.tallies();
}

}  // namespace audienced
