// How the pipeline makes one profile of two.

#include <utility>

#include "daemon/pipeline/pipeline.h"

namespace audienced {

void Pipeline::Merge(ProfileId absorbed, ProfileId survivor,
                     std::function<void(absl::StatusOr<ProfileId>)> done) {
  absl::Status health;
  {
    absl::MutexLock lock(&mutex_);
    health = HealthLocked();
    if (health.ok()) {
      merges_.push_back({absorbed, survivor, std::move(done)});
      work_.Signal();
      return;
    }
  }
  done(std::move(health));
}

void Pipeline::MergeProfiles() {
  std::deque<MergeCommand> merges;
  {
    absl::MutexLock lock(&mutex_);
    merges = std::exchange(merges_, {});
  }
  for (MergeCommand& merge : merges) {
    merge.done(MergeOne(merge.absorbed, merge.survivor));
  }
}

absl::StatusOr<ProfileId> Pipeline::MergeOne(ProfileId absorbed,
                                             ProfileId survivor) {
  const Directory::ProfilePtr gone = directory_.Find(absorbed);
  const Directory::ProfilePtr kept = directory_.Find(survivor);
  if (gone == nullptr || kept == nullptr) {
    return absl::NotFoundError("no such profile");
  }
  if (gone->id == kept->id) return kept->id;
  std::vector<ProfileId> parts = {gone->id, kept->id};
  for (const auto& profile : {gone, kept}) {
    parts.insert(parts.end(), profile->absorbed.begin(),
                 profile->absorbed.end());
  }
  const absl::StatusOr<std::vector<EventRecord>> events =
      store_.ReadEvents(ProfileId{0}, ProfileId{0}, parts);
  if (!events.ok()) return events.status();
  CommitBuilder builder = NewCommit(projection_, instance_.rule_version);
  builder.Merge(gone->id, kept->id, *events);
  builder.Evaluate();
  HoldBackEvaluatedThrough(builder);
  absl::Status committed = Commit(builder);
  if (!committed.ok()) {
    RecoverDatabase();
    return committed;
  }
  Accept(builder);
  return kept->id;
}

}  // namespace audienced
