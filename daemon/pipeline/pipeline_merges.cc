// How the pipeline makes one profile of two.

#include <utility>

#include "daemon/pipeline/pipeline.h"

namespace audienced {

void Pipeline::Merge(ProfileId absorbed, ProfileId survivor,
                     std::function<void(absl::StatusOr<ProfileId>)> done) {
  Post([this, absorbed, survivor,
        done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    const absl::StatusOr<ProfileId> merged = MergeOne(absorbed, survivor);
    if (absl::IsUnavailable(merged.status())) RecoverDatabase();
    done(merged);
  });
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
  absl::Status status = MoveTouched({gone->id, kept->id});
  if (!status.ok()) return status;
  CommitBuilder builder = NewCommit();
  status = builder.Prepare({gone->id, kept->id});
  if (!status.ok()) return status;
  builder.Merge(gone->id, kept->id, *events);
  status = Finish(builder);
  if (!status.ok()) return status;
  return kept->id;
}

}  // namespace audienced
