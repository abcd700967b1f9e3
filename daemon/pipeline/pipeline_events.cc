// How events become commits. While the database stores one commit, the next one
// takes in what comes: whose events they are, and what they say. It is
// evaluated when the one before is through, on what is published then, while
// the database stores its events.

#include <algorithm>
#include <utility>

#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// What has fewer events and changes is written before another commit could take
// much in: a change of threads takes longer than it saves.
constexpr size_t kRowsToOverlap = 16;

}  // namespace

void Pipeline::ProcessEvents() {
  if (written_ != nullptr && writer_.is_idle()) EndWrite(writer_.Wait());
  Gather(TakeBatches());
  if (written_ == nullptr) BeginWrite();
}

void Pipeline::FinishEvents() {
  while (written_ != nullptr) EndWrite(writer_.Wait());
}

// Whether `batch` can go into the commit that takes in events, behind `others`.
// Beside one that is being written only where that leaves everyone who he was,
// where nobody has to move to other rules first, and while time goes on there.
bool Pipeline::FitsIn(const IngestBatch& batch, int64_t others) const {
  if (written_ != nullptr &&
      (rebuild_ != nullptr || !written_->builder.rows().merges.empty() ||
       (gathered_ != nullptr && gathered_->builder.has_exits()))) {
    return false;
  }
  const int64_t before =
      others + (gathered_ == nullptr ? 0 : gathered_->event_count);
  return before == 0 || before + static_cast<int64_t>(batch.events.size()) <=
                            options_.commit_events_limit;
}

std::vector<IngestBatch> Pipeline::TakeBatches() {
  std::vector<IngestBatch> batches;
  int64_t events = 0;
  absl::MutexLock lock(&mutex_);
  while (!queue_.empty() && FitsIn(queue_.front(), events)) {
    events += static_cast<int64_t>(queue_.front().events.size());
    batches.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_events_ -= events;
  return batches;
}

void Pipeline::Gather(std::vector<IngestBatch> batches) {
  if (batches.empty()) return;
  const absl::Status ready = MakeReady(batches);
  if (!ready.ok()) {
    for (IngestBatch& batch : batches) batch.done(ready);
    FinishEvents();
    RecoverDatabase();
    return;
  }
  CommitBuilder& builder = gathered_->builder;
  builder.AdvanceTo(Now());
  for (IngestBatch& batch : batches) {
    std::vector<EventOutcome>& outcomes = gathered_->outcomes.emplace_back();
    outcomes.reserve(batch.events.size());
    for (IncomingEvent& event : batch.events) {
      outcomes.push_back(builder.Add(std::move(event), batch.backfill));
    }
    gathered_->event_count += static_cast<int64_t>(batch.events.size());
    gathered_->batches.push_back(std::move(batch));
  }
}

// Whom the batches concern is ready for a commit that takes them in.
absl::Status Pipeline::MakeReady(const std::vector<IngestBatch>& batches) {
  std::vector<ProfileId> touched;
  std::vector<ProfileId> consenting;
  for (const IngestBatch& batch : batches) {
    for (const IncomingEvent& incoming : batch.events) {
      std::vector<ProfileId>& where =
          incoming.event.consents.empty() ? touched : consenting;
      for (const Identifier& identifier : incoming.identifiers) {
        const std::optional<ProfileId> id = directory_.FindId(identifier);
        if (id) where.push_back(*id);
      }
    }
  }
  const absl::Status open = OpenCommit(touched);
  if (!open.ok()) return open;
  touched.insert(touched.end(), consenting.begin(), consenting.end());
  return gathered_->builder.Prepare(touched);
}

// There is a commit that takes in events. Who comes from other rules moves
// before, so that what the rules change is told apart from what is brought by
// events and by time. Only a consent goes before everything.
absl::Status Pipeline::OpenCommit(const std::vector<ProfileId>& touched) {
  if (gathered_ != nullptr) return absl::OkStatus();
  std::vector<ProfileId> movable = deadlines_.Due(Now(), kProfilesPerCommit);
  movable.insert(movable.end(), touched.begin(), touched.end());
  const absl::Status moved = MoveTouched(movable);
  if (!moved.ok()) return moved;
  if (written_ == nullptr) {
    gathered_.reset(new EventCommit{NewCommit(), Now()});
    return absl::OkStatus();
  }
  CommitBuilder& before = written_->builder;
  InstanceRecord instance = instance_;
  Advance(instance, before.rows());
  gathered_.reset(
      new EventCommit{NewCommitOn(instance, before.tallies()), Now()});
  gathered_->builder.Follow(before);
  return absl::OkStatus();
}

// Of what was gathered, and of those whose time has come.
void Pipeline::BeginWrite() {
  const absl::Status open = OpenCommit({});
  if (!open.ok()) return RecoverDatabase();
  std::unique_ptr<EventCommit> commit = std::move(gathered_);
  commit->acknowledgements = TakeAcknowledgements();
  const absl::Status completed = Complete(*commit);
  if (completed.ok() && !commit->builder.rows().empty()) {
    written_ = std::move(commit);
    const CommitBatch& rows = written_->builder.rows();
    if (rows.events.size() + rows.changes.size() < kRowsToOverlap) {
      return EndWrite(store_.Commit(rows));
    }
    return writer_.Begin(rows);
  }
  store_.AbandonCommit();
  if (completed.ok()) Accept(commit->builder);
  Answer(*commit, completed);
}

absl::Status Pipeline::Complete(EventCommit& commit) {
  CommitBuilder& builder = commit.builder;
  builder.AdvanceTo(Now());
  // The database stores the events while they are evaluated. Should that fail,
  // the commit itself says so.
  if (!builder.rows().events.empty()) {
    store_.BeginCommit(builder.rows()).IgnoreError();
  }
  const std::vector<ProfileId> due =
      deadlines_.Due(builder.now(), kProfilesPerCommit);
  const absl::Status ready = builder.Prepare(due);
  if (!ready.ok()) return ready;
  for (const ProfileId id : due) {
    const Directory::ProfilePtr profile = directory_.Find(id);
    // Who is on the way to other rules, and due since this commit was opened,
    // moves before the next one.
    const bool moves_first =
        rebuild_ != nullptr && profile->projection != commit_rules_.projection;
    if (!moves_first && profile->next_change <= builder.now()) {
      builder.Touch(id, Cause::kTime);
    }
  }
  Collect(commit.acknowledgements, builder.rows());
  // The other half of the machine takes events in, and stores these.
  const absl::Status evaluated =
      builder.Evaluate(std::max(1, MachineThreads() / 2));
  if (evaluated.ok()) HoldBackEvaluatedThrough(builder);
  return evaluated;
}

// What is being written is through, or not, as the store says; what was
// gathered meanwhile goes on.
void Pipeline::EndWrite(absl::Status status) {
  const absl::Status written =
      Resolve(std::move(status), written_->builder.rows().commit_number);
  if (written.ok()) {
    Accept(written_->builder);
    if (gathered_ != nullptr) gathered_->builder.BeforeHasLanded();
  }
  const std::unique_ptr<EventCommit> ended = std::move(written_);
  Answer(*ended, written);
  if (gathered_ != nullptr) BeginWrite();
}

void Pipeline::Answer(EventCommit& commit, const absl::Status& status) {
  Answer(std::move(commit.acknowledgements), status);
  if (!status.ok()) {
    for (IngestBatch& batch : commit.batches) batch.done(status);
    return RecoverDatabase(status);
  }
  for (size_t i = 0; i < commit.batches.size(); ++i) {
    commit.batches[i].done(std::move(commit.outcomes[i]));
  }
}

}  // namespace audienced
