#include "daemon/pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

// How long the daemon waits at its end for what has begun.
constexpr absl::Duration kLastCommit = absl::Seconds(1);

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
      kept_histories_(store, options_.history_cache, options_.retention),
      freshness_(clock, options_.max_lag),
      writer_(store, [this] {
        const absl::MutexLock lock(&mutex_);
        work_.Signal();
      }) {
  directory_.LimitHistories(options_.history_limit_bytes);
  store_.OnUnreachable([this] { LookAfterDatabase(); });
}

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

Pipeline::~Pipeline() {
  store_.OnUnreachable([] {});
  Stop();
}

void Pipeline::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    work_.SignalAll();
  }
  if (!thread_.joinable()) return;
  // What is cancelled may be tried once more.
  for (bool told = false; !ended_.WaitForNotificationWithTimeout(kLastCommit);
       told = true) {
    if (!told) {
      LogWarning("pipeline",
                 "the database hangs; what runs there is cancelled, and not "
                 "stored",
                 {});
    }
    store_.EndStatements();
  }
  thread_.join();
  const bool have_all_moved = !is_loading_ && !instance_.rebuilt_through;
  if (have_all_moved) {
    kept_histories_.Keep(instance_, *commit_rules_.projection, directory_);
  }
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

void Pipeline::Post(Command command) {
  absl::Status health;
  {
    absl::MutexLock lock(&mutex_);
    health = HealthLocked();
    if (health.ok()) {
      commands_.push_back(std::move(command));
      work_.Signal();
      return;
    }
  }
  command(health);
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
  if (stopping_) return ShuttingDown();
  // What the database says is for those who run the daemon.
  return freshness_.health().ok() ? absl::OkStatus() : DatabaseAway();
}

Pipeline::Counts Pipeline::counts() const {
  absl::ReaderMutexLock lock(&mutex_);
  Counts counts = counts_;
  counts.queued_events = queued_events_;
  return counts;
}

Instant Pipeline::Now() const {
  // Published states do not go back in time, whatever the clock does.
  const Instant now = ToInstant(std::max(
      {clock_.Now(), instance_.evaluated_through, instance_.commit_time}));
  return written_ == nullptr ? now : std::max(now, written_->builder.now());
}

bool Pipeline::IsStopping() const {
  absl::ReaderMutexLock lock(&mutex_);
  return stopping_;
}

void Pipeline::Run() {
  while (WaitForWork()) {
    if (HasWorkBesideEvents()) {
      FinishEvents();
      RunCommands();
      ContinueRebuild();
      DropExpired();
      ForgetExits();
      TrimLog();
    }
    ProcessEvents();
  }
  FinishEvents();
  RefuseQueued(ShuttingDown());
  RunCommands();
  if (rebuild_ != nullptr) EndRebuild(ShuttingDown());
  ended_.Notify();
}

void Pipeline::RunCommands() {
  std::deque<Command> commands;
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    commands = std::exchange(commands_, {});
    if (stopping_) status = ShuttingDown();
  }
  for (const Command& command : commands) command(status);
}

bool Pipeline::HasPortion() const {
  return rebuild_ != nullptr && rebuild_->reader->has_portion();
}

// Blocks until something is to be done; false when the daemon stops.
bool Pipeline::WaitForWork() {
  if (written_ == nullptr) freshness_.Rest(deadlines_.next());
  absl::MutexLock lock(&mutex_);
  counts_.pending_deadlines = static_cast<int64_t>(deadlines_.size());
  while (!stopping_ && !HasWork()) {
    clock_.Wait(
        work_, mutex_,
        written_ == nullptr ? ToTime(NextWork()) : absl::InfiniteFuture());
  }
  freshness_.Begin(written_ == nullptr ? Now() : written_->begun_at);
  return !stopping_;
}

// While a commit is being written, what is due by time waits for its end.
bool Pipeline::HasWork() const {
  if (!commands_.empty() || HasPortion()) return true;
  if (written_ != nullptr) {
    return writer_.is_idle() || (!queue_.empty() && FitsIn(queue_.front(), 0));
  }
  return !queue_.empty() || !acknowledgements_.empty() || NextWork() <= Now();
}

bool Pipeline::HasWorkBesideEvents() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return !commands_.empty() || HasPortion() || NextUpkeep() <= Now();
}

// On what is published. Nothing else is under way.
CommitBuilder Pipeline::NewCommit() {
  std::vector<Tally> tallies;
  {
    absl::ReaderMutexLock lock(&mutex_);
    tallies = tallies_;
  }
  return NewCommitOn(instance_, std::move(tallies));
}

CommitBuilder Pipeline::NewCommitOn(const InstanceRecord& instance,
                                    std::vector<Tally> tallies) {
  const std::shared_ptr<Projection> projection = commit_rules_.projection;
  return CommitBuilder(
      directory_, names_, commit_rules_, instance, std::move(tallies), Now(),
      {options_.late_after, options_.future_tolerance, options_.identity,
       &erasures_, &separations_},
      [this, projection](const std::vector<Directory::ProfilePtr>& profiles) {
        absl::StatusOr<Histories> histories =
            ReadHistories(store_, profiles, *projection);
        absl::MutexLock lock(&mutex_);
        counts_.histories_read += static_cast<int64_t>(profiles.size());
        return histories;
      },
      [this](const std::vector<ProfileId>& numbers,
             std::optional<Instant> instant)
          -> absl::StatusOr<std::vector<EventRecord>> {
        // The events of the commit before are among them.
        if (written_ != nullptr && !writer_.Wait().ok()) return DatabaseAway();
        return instant ? store_.ReadEventsAt(numbers, ToTime(*instant))
                       : store_.ReadEvents(ProfileId{0}, ProfileId{0}, numbers);
      });
}

absl::Status Pipeline::Finish(CommitBuilder& builder) {
  absl::Status status = builder.Evaluate();
  if (!status.ok()) return status;
  HoldBackEvaluatedThrough(builder);
  if (!builder.rows().empty()) status = Write(builder);
  if (status.ok()) Accept(builder);
  return status;
}

// What is still due is not published yet.
void Pipeline::HoldBackEvaluatedThrough(CommitBuilder& builder) const {
  if (is_loading_) {
    builder.rows().evaluated_through = instance_.evaluated_through;
    return;
  }
  const Instant still_due = std::min(
      deadlines_.StillDue(builder.now(),
                          [&](ProfileId id) { return builder.Has(id); }),
      builder.still_due());
  if (still_due == Instant::Forever()) return;
  const absl::Time before_due = ToTime(Plus(still_due, -1));
  builder.rows().evaluated_through =
      std::max(before_due, instance_.evaluated_through);
}

void Pipeline::Advance(InstanceRecord& instance, const CommitBatch& rows) {
  instance.evaluated_through = rows.evaluated_through;
  instance.rebuilt_through = rows.rebuilt_through;
  if (rows.empty()) return;  // was not written
  instance.commit_number = rows.commit_number;
  instance.commit_time = rows.commit_time;
  instance.heads = rows.heads;
}

void Pipeline::PublishCommit(CommitBatch& rows, const StreamPositions& before) {
  auto published = std::make_shared<PublishedCommit>();
  published->commit_number = rows.commit_number;
  published->before = before;
  published->after = rows.heads;
  published->changes = std::move(rows.changes);
  feed_.Publish(std::move(published));
}

void Pipeline::AwaitPublished() const {
  const absl::ReaderMutexLock accepted(&accept_mutex_);
}

// Makes visible what was written: the profiles, then the feed, and only then
// the instant through which both are evaluated.
void Pipeline::Accept(CommitBuilder& builder) {
  CommitBatch& rows = builder.rows();
  const std::vector<Directory::ProfilePtr> profiles = builder.TakeProfiles();
  for (const Directory::ProfilePtr& profile : profiles) {
    deadlines_.Set(*profile);
  }
  NoteEvents(rows);
  NoteChanges(rows);
  ForgetRetired(rows.changes);
  const auto changes = static_cast<int64_t>(rows.changes.size());
  const bool was_written = !rows.empty();
  const StreamPositions before = instance_.heads;
  Advance(instance_, rows);
  {
    const absl::MutexLock accepting(&accept_mutex_);
    directory_.Apply(profiles, rows.identifiers);
    AcceptPersons(rows);
    AcceptSubscriptions(rows);
    directory_.Shrink();
    names_.Add(rows.names);
    if (was_written) PublishCommit(rows, before);
  }
  freshness_.Publish(ToInstant(rows.evaluated_through), deadlines_.next());
  absl::MutexLock lock(&mutex_);
  counts_.commits += was_written;
  counts_.changes += changes;
  counts_.merges += static_cast<int64_t>(rows.merges.size());
  counts_.erasures += static_cast<int64_t>(rows.erasures.size());
  counts_.flagged += builder.flagged_count();
  tallies_ = builder.tallies();
}

}  // namespace audienced
