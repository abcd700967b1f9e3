// How the pipeline makes one profile of two, takes them apart, and forgets one;
// and writes down what clients may do and did.

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

absl::Status NotFound() {
  return WithReason(absl::NotFoundError("there is no such profile"),
                    v1::ERROR_REASON_PROFILE_NOT_FOUND);
}

absl::Status NotMerged() {
  return WithReason(
      absl::FailedPreconditionError("the profile was not merged into another"),
      v1::ERROR_REASON_NOT_MERGED);
}

// The numbers that came to `whole` with `part`, itself included: `links` are
// the profiles that were merged into it, each with the one that it went to.
absl::flat_hash_set<ProfileId> PartsUnder(
    ProfileId part, const std::vector<ProfileRecord>& links) {
  absl::flat_hash_set<ProfileId> parts = {part};
  for (bool grew = true; grew;) {
    grew = false;
    for (const ProfileRecord& link : links) {
      if (link.merged_into && parts.contains(*link.merged_into)) {
        grew = parts.insert(link.id).second || grew;
      }
    }
  }
  return parts;
}

// The last stay in each audience, for whom no rules are known yet.
std::vector<RetiredMembership> LastStays(std::vector<StayRecord> stays) {
  std::map<std::string, StayRecord> last;
  for (StayRecord& stay : stays) {
    StayRecord& known = last[stay.audience];
    if (stay.entered_sequence >= known.entered_sequence) {
      known = std::move(stay);
    }
  }
  std::vector<RetiredMembership> memberships;
  for (auto& [audience, stay] : last) {
    memberships.push_back(ToRetired(std::move(stay)));
  }
  return memberships;
}

// Takes the episodes of `parts` out of what goes on in `membership`.
void Discontinue(const absl::flat_hash_set<ProfileId>& parts,
                 AudienceMembership& membership) {
  auto& continued = membership.continues;
  continued.erase(std::remove_if(continued.begin(), continued.end(),
                                 [&](const ContinuedEpisode& each) {
                                   return parts.contains(each.profile);
                                 }),
                  continued.end());
}

// Gives `restored` what became one with it before, its `parts`, itself among
// them, and `remaining` the others, of all that `whole` has absorbed.
void DividePast(const Profile& whole,
                const absl::flat_hash_set<ProfileId>& parts, Profile& restored,
                Profile& remaining) {
  const auto owner = [&](ProfileId part) -> Profile& {
    return parts.contains(part) ? restored : remaining;
  };
  remaining.absorbed.clear();
  for (const ProfileId part : whole.absorbed) {
    if (part != restored.id) owner(part).absorbed.push_back(part);
  }
  remaining.former_episodes.clear();
  for (const FormerEpisode& each : whole.former_episodes) {
    const ProfileId part = each.episode.profile;
    if (part != restored.id) owner(part).former_episodes.push_back(each);
  }
  for (AudienceMembership& each : remaining.memberships) {
    Discontinue(parts, each);
  }
  for (RetiredMembership& each : remaining.retired) {
    Discontinue(parts, each.membership);
  }
}

}  // namespace

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

void Pipeline::Unmerge(
    ProfileId absorbed,
    std::function<void(absl::StatusOr<UnmergedProfiles>)> done) {
  Post([this, absorbed, done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    const absl::StatusOr<UnmergedProfiles> unmerged = UnmergeOne(absorbed);
    if (absl::IsUnavailable(unmerged.status())) RecoverDatabase();
    done(unmerged);
  });
}

void Pipeline::Erase(ProfileId profile,
                     std::function<void(absl::StatusOr<absl::Time>)> done) {
  Post([this, profile, done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    const absl::StatusOr<absl::Time> erased = EraseOne(profile);
    if (absl::IsUnavailable(erased.status())) RecoverDatabase();
    done(erased);
  });
}

absl::StatusOr<ProfileId> Pipeline::MergeOne(ProfileId absorbed,
                                             ProfileId survivor) {
  const Directory::ProfilePtr gone = directory_.Find(absorbed);
  const Directory::ProfilePtr kept = directory_.Find(survivor);
  if (gone == nullptr || kept == nullptr) return NotFound();
  if (gone->id == kept->id) return kept->id;
  absl::Status status = MoveTouched({gone->id, kept->id});
  if (!status.ok()) return status;
  CommitBuilder builder = NewCommit();
  status = builder.Prepare({gone->id, kept->id});
  if (!status.ok()) return status;
  builder.Merge(gone->id, kept->id);
  status = Finish(builder);
  if (!status.ok()) return status;
  return kept->id;
}

absl::StatusOr<Pipeline::UnmergedProfiles> Pipeline::UnmergeOne(
    ProfileId absorbed) {
  const Directory::ProfilePtr known = directory_.Find(absorbed);
  if (known == nullptr) return NotFound();
  if (known->id == absorbed) return NotMerged();
  absl::Status status = MoveTouched({known->id});
  if (!status.ok()) return status;
  const Directory::ProfilePtr whole = directory_.Find(absorbed);
  const absl::StatusOr<std::vector<ProfileRecord>> links =
      store_.ReadProfiles(PartsOf(*whole));
  if (!links.ok()) return links.status();
  absl::StatusOr<std::vector<StayRecord>> stays =
      store_.ReadStays({absorbed}, std::numeric_limits<int>::max());
  if (!stays.ok()) return stays.status();

  const absl::flat_hash_set<ProfileId> parts = PartsUnder(absorbed, *links);
  auto restored = std::make_shared<Profile>();
  auto remaining = std::make_shared<Profile>(*whole);
  restored->id = absorbed;
  restored->retired = LastStays(*std::move(stays));
  remaining->first_event_at = Instant::Forever();
  for (const ProfileRecord& link : *links) {
    Profile& part = parts.contains(link.id) ? *restored : *remaining;
    if (link.first_event_at) {
      part.first_event_at =
          std::min(part.first_event_at, ToInstant(*link.first_event_at));
    }
    if (link.id != absorbed) continue;
    restored->stream = link.stream;
    restored->key = link.key;
  }
  // What goes on in who is restored was known under the other's name.
  AddFormerEpisodes(*whole, Now(), restored->former_episodes);
  DividePast(*whole, parts, *restored, *remaining);
  remaining->identifiers.clear();
  for (const Identifier& identifier : whole->identifiers) {
    const auto place = directory_.FindPlace(identifier);
    const bool is_restored = place && parts.contains(place->stored);
    (is_restored ? restored : remaining)->identifiers.push_back(identifier);
  }
  const absl::StatusOr<Histories> histories = ReadHistories(
      store_, std::vector<Directory::ProfilePtr>{restored, remaining},
      *commit_rules_.projection);
  if (!histories.ok()) return histories.status();
  restored->history = (*histories)[0];
  remaining->history = (*histories)[1];
  const UnmergedProfiles unmerged{absorbed, whole->id};
  CommitBuilder builder = NewCommit();
  builder.Unmerge(std::move(restored), std::move(remaining));
  status = Finish(builder);
  if (!status.ok()) return status;
  return unmerged;
}

// Also of one that has not moved to the rules in force: it need not enter
// anything first.
absl::StatusOr<absl::Time> Pipeline::EraseOne(ProfileId id) {
  const Directory::ProfilePtr profile = directory_.Find(id);
  if (profile == nullptr) return NotFound();
  CommitBuilder builder = NewCommit();
  builder.Erase(profile->id);
  const absl::Time erased_at = builder.rows().commit_time;
  const absl::Status status = Finish(builder);
  if (!status.ok()) return status;
  return erased_at;
}

void Pipeline::RecordAccess(AccessRecords records, Done done) {
  Post([this, records = std::move(records),
        done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    CommitBuilder builder = NewCommit();
    builder.rows().access = records;
    const absl::Status written = Finish(builder);
    if (absl::IsUnavailable(written)) RecoverDatabase();
    done(written);
  });
}

// When something is to be done although nothing comes in.
Instant Pipeline::NextWork() const {
  return std::min(deadlines_.next(), NextUpkeep());
}

// The same, but for what people are to be evaluated again.
Instant Pipeline::NextUpkeep() const {
  return std::min(
      {NextDrop(), trim_at_, ToInstant(erasures_.NextForgetting())});
}

// What the consumers of an erasure needed, they have or will not ask for.
void Pipeline::ForgetExits() {
  const absl::Time now = ToTime(Now());
  const std::vector<ProfileId> due = erasures_.TakeForgotten(now);
  if (due.empty()) return;
  CommitBuilder builder = NewCommit();
  builder.rows().forgotten_exits = due;
  const absl::Status forgotten = Finish(builder);
  if (forgotten.ok()) return;
  erasures_.PutBack(due, now);
  RecoverDatabase();
}

// Makes visible what a commit made of who is who.
void Pipeline::AcceptPersons(const CommitBatch& rows) {
  for (const MergeRecord& merge : rows.merges) {
    deadlines_.Remove(merge.absorbed);
  }
  for (const SeparationRecord& separation : rows.rejoined) {
    separations_.Remove(separation);
  }
  for (const UnmergeRecord& unmerge : rows.unmerges) {
    separations_.Add({unmerge.restored, unmerge.remaining});
  }
  for (const ErasureRecord& erasure : rows.erasures) {
    deadlines_.Remove(erasure.profile);
    directory_.Forget(erasure);
    separations_.Remove(erasure.profile);
    for (const ProfileId part : erasure.absorbed) separations_.Remove(part);
    erasures_.Add(erasure, rows.commit_time);
  }
  // What is in memory of the log still tells of them; the log does not.
  if (!rows.erasures.empty() || !rows.forgotten_exits.empty()) {
    feed_.ForgetRecent();
  }
}

}  // namespace audienced
