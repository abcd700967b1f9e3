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
                             const NameRegistry& names,
                             std::shared_ptr<Projection> projection,
                             const InstanceRecord& instance,
                             std::vector<Tally> tallies, Instant now,
                             Options options)
    : directory_(directory),
      names_(names),
      projection_(std::move(projection)),
      now_(now),
      options_(options),
      fresh_(projection_->rulebook().audience_count()),
      tallies_(std::move(tallies)) {
  rows_.commit_number = instance.commit_number + 1;
  rows_.commit_time = ToTime(now);
  rows_.evaluated_through = ToTime(now);
  rows_.heads = instance.heads;
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
  if (known) {
    const auto staged = staged_.find(*known);
    const bool repeated =
        staged != staged_.end()
            ? staged->second.profile->history.Contains(digest)
            : directory_.Find(*known)->history.Contains(digest);
    if (repeated) return {EventOutcome::Kind::kDuplicate, "", ""};
  }
  Staged& staged = known ? Stage(*known) : StageNew(identifiers.front());
  Link(staged, identifiers);
  EventRecord row{staged.profile->id, incoming.event};
  row.event.received_at = ToTime(now_);
  staged.profile->history.Insert(projection_->Project(row.event));
  staged.backfill = staged.backfill || backfill;
  const bool late = IsLate(row.event);
  Cause reason = late ? Cause::kLateEvent : Cause::kEvent;
  if (!row.event.consents.empty()) reason = Cause::kConsent;
  if (Precedence(reason) < Precedence(staged.reason)) staged.reason = reason;
  for (SeenNameRecord& name : names_.NewNames(row.event)) {
    rows_.names.push_back(std::move(name));
  }
  rows_.events.push_back(std::move(row));
  return {EventOutcome::Kind::kStored, "", "", late};
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
  Staged& staged = Stage(survivor);
  Profile& kept = *staged.profile;
  ReceivedEvents received;
  for (const EventRecord& record : events) {
    received.Add(record.event, *projection_);
  }
  kept.history = received.TakeHistory(*projection_, /*is_merged=*/true);
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

void CommitBuilder::Replace(std::shared_ptr<Profile> profile, Cause reason) {
  Staged& staged = staged_[profile->id];
  staged.profile = std::move(profile);
  staged.reason = reason;
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
  if (staged.profile == nullptr) {
    staged.profile = std::make_shared<Profile>(*directory_.Find(id));
  }
  return staged;
}

CommitBuilder::Staged& CommitBuilder::StageNew(const Identifier& identifier) {
  const auto id = static_cast<ProfileId>(directory_.size() + ++new_profiles_);
  const std::string key = KeyOf(identifier);
  Staged& staged = staged_[id];
  staged.profile = std::make_shared<Profile>(Profile{id,
                                                     StreamOf(key),
                                                     key,
                                                     {},
                                                     {},
                                                     projection_,
                                                     projection_->NewHistory(),
                                                     {},
                                                     Instant::Forever()});
  rows_.profiles.push_back({id, staged.profile->stream, key});
  return staged;
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

bool CommitBuilder::IsLate(const Event& event) const {
  return event.received_at - event.occurred_at > options_.late_after;
}

}  // namespace audienced
