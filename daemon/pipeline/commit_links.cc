// How a commit makes one profile of several, and several of one.

#include <algorithm>
#include <iterator>
#include <utility>

#include "daemon/ingest/identity.h"
#include "daemon/pipeline/change_recorder.h"
#include "daemon/pipeline/commit_builder.h"
#include "daemon/pipeline/received_events.h"

namespace audienced {
namespace {

template <typename T>
void AppendAll(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

std::optional<Directory::Place> CommitBuilder::PlaceOf(
    const Identifier& identifier) const {
  const auto fresh = new_identifiers_.find(identifier);
  if (fresh != new_identifiers_.end()) {
    return Directory::Place{fresh->second, CurrentOf(fresh->second)};
  }
  std::optional<Directory::Place> place = FindPlace(identifier);
  if (place && !absorbed_.empty()) place->current = CurrentOf(place->current);
  return place;
}

ProfileId CommitBuilder::CurrentOf(ProfileId id) const {
  if (absorbed_.empty()) return directory_.SurvivorOf(id);
  ProfileId current = directory_.SurvivorOf(id);
  for (auto found = absorbed_.find(current); found != absorbed_.end();
       found = absorbed_.find(current)) {
    current = found->second;
  }
  return current;
}

const Profile& CommitBuilder::ProfileOf(ProfileId id) const {
  const auto staged = staged_.find(id);
  return staged != staged_.end() ? *staged->second.profile : *Find(id);
}

// Those that are known to the commit.
struct CommitBuilder::People {
  std::optional<Directory::Place> Find(const Identifier& identifier) const {
    return commit.PlaceOf(identifier);
  }
  const std::vector<Identifier>& IdentifiersOf(ProfileId id) const {
    return commit.ProfileOf(id).identifiers;
  }
  bool AreApart(const std::vector<ProfileId>& group, ProfileId other) const {
    const Separations* separations = commit.options_.separations;
    if (separations == nullptr) return false;
    std::vector<ProfileId> parts;
    for (const ProfileId id : group) {
      AppendAll(PartsOf(commit.ProfileOf(id)), parts);
    }
    return !separations->Between(parts, PartsOf(commit.ProfileOf(other)))
                .empty();
  }

  const CommitBuilder& commit;
};

CommitBuilder::ProfileLinks CommitBuilder::Plan(
    const std::vector<Identifier>& identifiers) const {
  return PlanLinks<Directory::Place>(identifiers, options_.identity->limits,
                                     People{*this});
}

// Whether one of those that are one by the event has it already.
bool CommitBuilder::IsKnown(const ProfileLinks& plan, uint64_t digest) const {
  if (plan.owner && HistoryOf(plan.owner->current).Contains(digest)) {
    return true;
  }
  return std::any_of(plan.joined.begin(), plan.joined.end(), [&](ProfileId id) {
    return HistoryOf(id).Contains(digest);
  });
}

// Carries the plan out; the profile whose event it is. A new one is stored
// under its own number.
StagedProfile& CommitBuilder::Join(ProfileLinks& plan,
                                   const std::vector<Identifier>& identifiers) {
  if (!plan.owner) {
    const ProfileId fresh = StageNew(identifiers.front()).profile->id;
    plan.owner = {fresh, fresh};
  }
  ProfileId current = plan.owner->current;
  for (const ProfileId other : plan.joined) {
    current = MergeYounger(current, other);
  }
  StagedProfile& staged = Stage(current);
  for (Identifier& identifier : plan.linked) {
    new_identifiers_.emplace(identifier, plan.owner->stored);
    staged.profile->identifiers.push_back(identifier);
    staged.identifiers_changed = true;
    rows_.identifiers.push_back({plan.owner->stored, std::move(identifier)});
  }
  return staged;
}

// The one that goes on.
ProfileId CommitBuilder::MergeYounger(ProfileId one, ProfileId other) {
  const auto rank = [&](ProfileId id) {
    const Profile& profile = ProfileOf(id);
    return RankOf(profile.identifiers, HistoryOf(id).first_time(), profile.key);
  };
  if (rank(other) < rank(one)) std::swap(one, other);
  Merge(other, one);
  return one;
}

void CommitBuilder::Merge(ProfileId absorbed, ProfileId survivor) {
  StagedProfile& gone = Stage(absorbed);
  StagedProfile& staged = Stage(survivor);
  Profile& kept = *staged.profile;
  CompareConsents(gone);
  CompareConsents(staged);
  LeaveEverything(gone, Cause::kMerge);
  AddFormerEpisodes(*gone.profile, now_, kept.former_episodes);
  AppendAll(gone.profile->former_episodes, kept.former_episodes);
  staged.own_history =
      std::make_shared<History>(HistoryOfBoth(kept, *gone.profile));
  kept.history = staged.own_history;
  staged.known_until = Instant::Never();
  kept.first_event_at =
      std::min(kept.first_event_at, gone.profile->first_event_at);
  if (options_.separations != nullptr) {
    AppendAll(
        options_.separations->Between(PartsOf(kept), PartsOf(*gone.profile)),
        rows_.rejoined);
  }
  AppendAll(gone.profile->identifiers, kept.identifiers);
  AppendAll(PartsOf(*gone.profile), kept.absorbed);
  staged.identifiers_changed = true;
  staged.backfill = staged.backfill || gone.backfill;
  Touch(survivor, Cause::kMerge);
  if (gone.reason == Cause::kConsent) Touch(survivor, Cause::kConsent);
  TakeOut(absorbed);
  absorbed_[absorbed] = survivor;
  rows_.merges.push_back({absorbed, survivor});
}

// Where both have a copy of one event, only its row says which was received
// first; where both have events of one instant, only the rows say their ids.
History CommitBuilder::HistoryOfBoth(const Profile& one, const Profile& other) {
  if (!History::Intersect(*one.history, *other.history) &&
      History::CanUnite(*one.history, *other.history)) {
    return History::Union(*one.history, *other.history);
  }
  std::vector<ProfileId> parts = PartsOf(one);
  AppendAll(PartsOf(other), parts);
  const absl::StatusOr<std::vector<EventRecord>> stored =
      event_reader_(parts, std::nullopt);
  if (!stored.ok()) {
    read_status_.Update(stored.status());
    return *one.history;
  }
  ReceivedEvents received;
  for (const EventRecord& record : *stored) {
    received.Add(record.event, *projection_);
  }
  const auto is_of_both = [&](const EventRecord& record) {
    return std::find(parts.begin(), parts.end(), record.profile) != parts.end();
  };
  for (const EventRecord& record : rows_.events) {
    if (is_of_both(record)) received.Add(record.event, *projection_);
  }
  for (const EventRecord& record : rows_.remnants) {
    if (is_of_both(record)) received.AddRemnant(record.event, *projection_);
  }
  History both = received.TakeHistory(*projection_, /*is_merged=*/true);
  both.ExtendTo(
      std::min(one.history->first_time(), other.history->first_time()));
  both.ForgetBefore(
      std::max(one.history->whole_since(), other.history->whole_since()));
  return both;
}

void CommitBuilder::LeaveEverything(StagedProfile& gone, Cause cause) {
  const CompiledRulebook& rulebook = projection_->rulebook();
  const ChangeRecorder recorder{rules_, now_};
  for (AudienceMembership& each : gone.profile->memberships) {
    tallies_[each.audience].Count(each.counted_as, -1);
    if (!each.membership.member) continue;
    --tallies_[each.audience].published;
    recorder.Leave(gone, rulebook.audience(each.audience).name, each, cause);
  }
  recorder.LeaveRetired(gone, cause);
}

// What is published of it stays.
void CommitBuilder::TakeOut(ProfileId id) {
  std::vector<RecordedChange>& changes = staged_.at(id).changes;
  std::move(changes.begin(), changes.end(), std::back_inserter(gone_changes_));
  staged_.erase(id);
}

void CommitBuilder::Unmerge(std::shared_ptr<Profile> restored,
                            std::shared_ptr<Profile> remaining) {
  for (const ProfileId part : PartsOf(*remaining)) {
    rows_.unmerges.push_back({restored->id, part});
  }
  for (const std::shared_ptr<Profile>& profile : {restored, remaining}) {
    StagedProfile& staged = staged_[profile->id];
    staged.before = directory_.Find(profile->id);
    staged.identifiers_changed = true;
    staged.reason = Cause::kMerge;
    if (profile->projection != projection_) {
      const std::shared_ptr<const History> history = profile->history;
      MoveToRules(*profile, projection_, rules_.version);
      profile->history = history;
    }
    staged.profile = profile;
  }
}

void CommitBuilder::Erase(ProfileId id) {
  StagedProfile& gone = Stage(id);
  const Profile& profile = *gone.profile;
  ErasureRecord erasure;
  erasure.profile = id;
  erasure.stream = profile.stream;
  erasure.absorbed = profile.absorbed;
  erasure.identifiers = profile.identifiers;
  for (const Identifier& identifier : profile.identifiers) {
    erasure.identifier_hashes.push_back(options_.erasures->HashOf(identifier));
  }
  if (options_.separations != nullptr) {
    erasure.shared_with = options_.separations->ApartFrom(PartsOf(profile));
  }
  LeaveEverything(gone, Cause::kErasure);
  if (!gone.changes.empty()) {
    erasure.exits_kept_until = ToTime(now_) + kExitsKept;
  }
  // Stays are among what is not kept.
  for (RecordedChange& each : gone.changes) each.stay.reset();
  TakeOut(id);
  rows_.erasures.push_back(std::move(erasure));
}

}  // namespace audienced
