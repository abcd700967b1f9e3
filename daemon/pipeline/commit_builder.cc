#include "daemon/pipeline/commit_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/identity.h"
#include "daemon/pipeline/received_events.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

// The cause that goes before the other, in the order of Cause in
// proto/audienced/v1/audience.proto.
int Precedence(Cause cause) {
  switch (cause) {
    case Cause::kErasure:
      return 0;
    case Cause::kConsent:
      return 1;
    case Cause::kMerge:
      return 2;
    case Cause::kRules:
      return 3;
    case Cause::kRebuild:
      return 4;
    case Cause::kLateEvent:
      return 5;
    case Cause::kEvent:
      return 6;
    case Cause::kSize:
      return 7;
    case Cause::kTime:
      return 8;
  }
  return 8;
}

}  // namespace

CommitBuilder::CommitBuilder(const Directory& directory,
                             const NameRegistry& names, CommitRules rules,
                             const InstanceRecord& instance,
                             std::vector<Tally> tallies, Instant now,
                             Options options, Reader reader)
    : directory_(directory),
      names_(names),
      rules_(std::move(rules)),
      projection_(rules_.projection),
      evaluated_through_(ToInstant(instance.evaluated_through)),
      now_(now),
      options_(options),
      reader_(std::move(reader)),
      tallies_(std::move(tallies)) {
  rows_.commit_number = instance.commit_number + 1;
  rows_.commit_time = ToTime(now);
  rows_.evaluated_through = ToTime(now);
  rows_.rebuilt_through = instance.rebuilt_through;
  rows_.heads = instance.heads;
}

bool CommitBuilder::IsReady(const Profile& profile) const {
  return (profile.projection == projection_ && profile.history != nullptr) ||
         ready_.contains(profile.id);
}

absl::Status CommitBuilder::Prepare(const std::vector<ProfileId>& profiles) {
  std::vector<Directory::ProfilePtr> missing;
  for (const ProfileId id : profiles) {
    if (staged_.contains(id)) continue;
    Directory::ProfilePtr profile = directory_.Find(id);
    if (profile != nullptr && !IsReady(*profile)) {
      ready_.emplace(profile->id, nullptr);  // asked for once
      missing.push_back(std::move(profile));
    }
  }
  if (missing.empty()) return absl::OkStatus();
  absl::StatusOr<Histories> histories = reader_(missing);
  if (!histories.ok()) return histories.status();
  for (size_t i = 0; i < missing.size(); ++i) {
    ready_[missing[i]->id] = std::move((*histories)[i]);
  }
  return absl::OkStatus();
}

void CommitBuilder::Provide(ProfileId profile,
                            std::shared_ptr<const History> history) {
  ready_[profile] = std::move(history);
}

const History& CommitBuilder::HistoryOf(ProfileId id) const {
  const auto staged = staged_.find(id);
  if (staged != staged_.end()) return *staged->second.profile->history;
  const auto ready = ready_.find(id);
  return ready != ready_.end() ? *ready->second : *directory_.Find(id)->history;
}

EventOutcome CommitBuilder::Add(const IncomingEvent& incoming, bool backfill) {
  if (incoming.event.occurred_at > ToTime(now_) + options_.future_tolerance) {
    return {EventOutcome::Kind::kRefused, "FUTURE_EVENT",
            absl::StrCat("the event lies more than ",
                         DurationText(options_.future_tolerance),
                         " in the future: occurred_time is ",
                         TimestampText(incoming.event.occurred_at))};
  }
  std::vector<Identifier> identifiers = incoming.identifiers;
  SortByWeight(identifiers);
  const std::optional<ProfileId> known = FindId(identifiers);
  const uint64_t digest =
      EventDigest(incoming.event.origin, incoming.event.event_id);
  if (known && HistoryOf(*known).Contains(digest)) {
    return {EventOutcome::Kind::kDuplicate, "", ""};
  }
  Staged& staged = known ? Stage(*known) : StageNew(identifiers.front());
  Link(staged, identifiers);
  EventRecord row{staged.profile->id, incoming.event};
  row.event.received_at = ToTime(now_);
  Insert(staged, projection_->Project(row.event));
  staged.backfill = staged.backfill || backfill;
  const Cause reason = ReasonFor(row.event);
  if (Precedence(reason) < Precedence(staged.reason)) staged.reason = reason;
  for (SeenNameRecord& name : names_.NewNames(row.event)) {
    rows_.names.push_back(std::move(name));
  }
  rows_.events.push_back(std::move(row));
  return {};
}

void CommitBuilder::Merge(ProfileId absorbed, ProfileId survivor,
                          const std::vector<EventRecord>& events) {
  Staged& gone = Stage(absorbed);
  const CompiledRulebook& rulebook = projection_->rulebook();
  for (AudienceMembership& each : gone.profile->memberships) {
    tallies_[each.audience].Count(each.counted_as, -1);
    if (!each.membership.member) continue;
    --tallies_[each.audience].published;
    Leave(gone, rulebook.audience(each.audience).name, each, Cause::kMerge);
  }
  LeaveRetired(gone);
  Staged& staged = Stage(survivor);
  Profile& kept = *staged.profile;
  ReceivedEvents received;
  for (const EventRecord& record : events) {
    received.Add(record.event, *projection_);
  }
  staged.own_history = std::make_shared<History>(
      received.TakeHistory(*projection_, /*is_merged=*/true));
  kept.history = staged.own_history;
  for (const Identifier& identifier : gone.profile->identifiers) {
    kept.identifiers.push_back(identifier);
  }
  kept.absorbed.push_back(absorbed);
  for (const ProfileId earlier : gone.profile->absorbed) {
    kept.absorbed.push_back(earlier);
  }
  staged.gained_identifiers = true;
  Touch(survivor, Cause::kMerge);
  staged_.erase(absorbed);
  rows_.merges.push_back({absorbed, survivor});
}

void CommitBuilder::Touch(ProfileId id, Cause reason) {
  Staged& staged = Stage(id);
  if (Precedence(reason) < Precedence(staged.reason)) staged.reason = reason;
}

std::vector<Directory::ProfilePtr> CommitBuilder::TakeProfiles() {
  std::vector<Directory::ProfilePtr> profiles;
  profiles.reserve(staged_.size());
  for (auto& [id, staged] : staged_) {
    profiles.push_back(std::move(staged.profile));
  }
  return profiles;
}

std::optional<ProfileId> CommitBuilder::FindId(
    const std::vector<Identifier>& identifiers) const {
  for (const Identifier& identifier : identifiers) {
    const auto fresh = new_identifiers_.find(identifier);
    if (fresh != new_identifiers_.end()) return fresh->second;
    if (const auto known = directory_.FindId(identifier)) return known;
  }
  return std::nullopt;
}

CommitBuilder::Staged& CommitBuilder::Stage(ProfileId id) {
  Staged& staged = staged_[id];
  if (staged.profile != nullptr) return staged;
  const Directory::ProfilePtr known = directory_.Find(id);
  staged.profile = std::make_shared<Profile>(*known);
  Profile& profile = *staged.profile;
  if (profile.projection != projection_) {
    staged.moves = true;
    staged.is_recalled = profile.projection == nullptr;
    staged.reason = staged.is_recalled ? Cause::kTime : Cause::kRules;
    MoveToRules(profile, projection_, rules_.version);
  }
  const auto ready = ready_.find(id);
  if (ready != ready_.end()) profile.history = ready->second;
  return staged;
}

CommitBuilder::Staged& CommitBuilder::StageNew(const Identifier& identifier) {
  const auto id = static_cast<ProfileId>(directory_.size() + ++new_profiles_);
  Staged& staged = staged_[id];
  staged.own_history = std::make_shared<History>(projection_->NewHistory());
  staged.profile = std::make_shared<Profile>();
  Profile& profile = *staged.profile;
  profile.id = id;
  profile.key = KeyOf(identifier);
  profile.stream = StreamOf(profile.key);
  profile.projection = projection_;
  profile.rule_version = rules_.version;
  profile.history = staged.own_history;
  rows_.profiles.push_back({id, profile.stream, profile.key});
  return staged;
}

void CommitBuilder::Insert(Staged& staged, ProjectedEvent event) {
  if (staged.own_history == nullptr) {
    staged.own_history = std::make_shared<History>(*staged.profile->history);
    staged.profile->history = staged.own_history;
  }
  staged.own_history->Insert(std::move(event));
}

// Gives the profile those identifiers that belong to nobody yet. One that
// belongs to someone else stays there.
void CommitBuilder::Link(Staged& staged,
                         const std::vector<Identifier>& identifiers) {
  for (const Identifier& identifier : identifiers) {
    if (FindId({identifier})) continue;
    new_identifiers_.emplace(identifier, staged.profile->id);
    staged.profile->identifiers.push_back(identifier);
    staged.gained_identifiers = true;
    rows_.identifiers.push_back({staged.profile->id, identifier});
  }
}

Cause CommitBuilder::ReasonFor(const Event& event) {
  const bool late = event.received_at - event.occurred_at > options_.late_after;
  if (late) ++late_count_;
  if (!event.consents.empty()) return Cause::kConsent;
  return late ? Cause::kLateEvent : Cause::kEvent;
}

}  // namespace audienced
