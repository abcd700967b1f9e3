#include "daemon/pipeline/commit_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/identity.h"
#include "daemon/pipeline/received_events.h"
#include "rules/engine/evaluation.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

// The cause that goes before the other: DECISIONS lists them in this order.
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

AudienceMembership& MembershipIn(Profile& profile, uint32_t audience) {
  auto place = std::lower_bound(
      profile.memberships.begin(), profile.memberships.end(), audience,
      [](const AudienceMembership& each, uint32_t number) {
        return each.audience < number;
      });
  if (place == profile.memberships.end() || place->audience != audience) {
    place = profile.memberships.insert(place, AudienceMembership{});
    place->audience = audience;
  }
  return *place;
}

CountedAs CountedIn(const Evaluation& evaluation, size_t audience,
                    const Standing& standing) {
  if (!standing.holds) return CountedAs::kNothing;
  return evaluation.HeldOut(audience) ? CountedAs::kHeldOut
                                      : CountedAs::kMember;
}

// What is announced of an audience that is not published: nothing.
Standing Unpublished(Instant now) {
  Standing standing;
  standing.last_flip = now;
  standing.next_flip = Instant::Forever();
  standing.next_change = Instant::Forever();
  return standing;
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
    each.membership.member = false;
    each.membership.effective_at = now_;
    Record(gone, rulebook.audience(each.audience).name, each,
           Change{ChangeKind::kLeft, Cause::kMerge, now_}, Instant::Forever());
  }
  Profile& kept = *Stage(survivor).profile;
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
  Stage(survivor).gained_identifiers = true;
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

void CommitBuilder::LeaveRemoved(ProfileId id, const std::string& audience,
                                 AudienceMembership membership) {
  Staged& staged = Stage(id);
  Change change{ChangeKind::kLeft, Cause::kRules, now_};
  membership.membership.member = false;
  membership.membership.effective_at = now_;
  Record(staged, audience, membership, change, Instant::Forever());
}

void CommitBuilder::Evaluate() {
  if (!gates_are_kept_) SettleGates();
  for (auto& [id, staged] : staged_) EvaluateOne(staged);
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

Cause CommitBuilder::ReasonFor(const Event& event) {
  const bool late = event.received_at - event.occurred_at > options_.late_after;
  if (late) ++late_count_;
  if (!event.consents.empty()) return Cause::kConsent;
  return late ? Cause::kLateEvent : Cause::kEvent;
}

// Counts before anything is published, so that an audience opens or closes with
// the very commit that takes it over its bound.
void CommitBuilder::SettleGates() {
  const CompiledRulebook& rulebook = projection_->rulebook();
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    const int64_t minimum_size = rulebook.audience(i).minimum_size;
    if (minimum_size == 0) continue;
    const auto number = static_cast<uint32_t>(i);
    Tally after = tallies_[i];
    for (const auto& [id, staged] : staged_) {
      const Profile& profile = *staged.profile;
      const AudienceMembership* known = FindMembership(profile, number);
      if (known != nullptr) after.Count(known->counted_as, -1);
      Evaluation evaluation(*projection_, profile.history, profile.key);
      after.Count(CountedIn(evaluation, i, evaluation.At(i, now_)), 1);
    }
    after.Settle(minimum_size);
    if (after.open == tallies_[i].open) continue;
    tallies_[i].open = after.open;
    TouchMembers(number);
  }
}

void CommitBuilder::TouchMembers(uint32_t audience) {
  constexpr int64_t kProfilesPerStep = 10'000;
  ProfileId after{0};
  while (true) {
    const std::vector<Directory::ProfilePtr> profiles =
        directory_.Range(after, kProfilesPerStep);
    if (profiles.empty()) return;
    for (const Directory::ProfilePtr& profile : profiles) {
      after = profile->id;
      // Profiles that have not moved to these rules yet are in line for it.
      if (profile->projection != projection_) continue;
      const AudienceMembership* known = FindMembership(*profile, audience);
      if (known != nullptr && known->counted_as == CountedAs::kMember) {
        Touch(profile->id, Cause::kSize);
      }
    }
  }
}

void CommitBuilder::EvaluateOne(Staged& staged) {
  Profile& profile = *staged.profile;
  const CompiledRulebook& rulebook = projection_->rulebook();
  Evaluation evaluation(*projection_, profile.history, profile.key);
  profile.next_change = Instant::Forever();
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    const auto number = static_cast<uint32_t>(i);
    const bool is_known = FindMembership(profile, number) != nullptr;
    const bool is_draft = rulebook.audience(i).status == AudienceStatus::kDraft;
    if (is_draft && !is_known) continue;
    const Standing standing =
        is_draft ? Unpublished(now_) : evaluation.At(i, now_);
    profile.next_change = std::min(profile.next_change, standing.next_change);
    if (!standing.holds && standing.next_flip == Instant::Forever() &&
        !is_known) {
      continue;
    }
    AudienceMembership& membership = MembershipIn(profile, number);
    tallies_[i].Count(membership.counted_as, -1);
    membership.counted_as = CountedIn(evaluation, i, standing);
    tallies_[i].Count(membership.counted_as, 1);
    Publish(staged, evaluation, standing, membership);
  }
}

// What of the standing is published, after status, control share and size.
void CommitBuilder::Publish(Staged& staged, Evaluation& evaluation,
                            const Standing& standing,
                            AudienceMembership& membership) {
  const uint32_t number = membership.audience;
  const Audience& audience = projection_->rulebook().audience(number);
  Standing shown = standing;
  Cause reason = staged.reason;
  if (audience.status == AudienceStatus::kPaused) {
    // Nothing is announced either; only who took back consent goes.
    membership.membership.announced_flip = Instant::Forever();
    if (evaluation.Consented(number, now_)) return;
    shown = Unpublished(now_);
    reason = Cause::kConsent;
  } else if (membership.counted_as == CountedAs::kHeldOut) {
    shown = Unpublished(now_);
  } else if (standing.holds && !tallies_[number].open) {
    shown = Unpublished(now_);
    reason = Cause::kSize;
  }
  const std::string context =
      shown.holds ? evaluation.ContextAt(number, now_) : "";
  std::optional<Change> change =
      Advance(membership.membership, shown, context, now_, reason);
  if (!change && membership.membership.member && staged.gained_identifiers) {
    change = Change{ChangeKind::kUpdated, reason, now_};
  }
  if (!change) return;
  if (change->kind == ChangeKind::kEntered) {
    membership.existing = staged.backfill || fresh_[number];
    ++tallies_[number].published;
  }
  if (change->kind == ChangeKind::kLeft) --tallies_[number].published;
  Record(staged, audience.name, membership, *change,
         shown.holds ? shown.membership.end : Instant::Forever());
}

void CommitBuilder::Record(Staged& staged, const std::string& audience,
                           AudienceMembership& membership, const Change& change,
                           Instant expires) {
  const Profile& profile = *staged.profile;
  const int64_t sequence = ++rows_.heads[profile.stream];
  if (change.kind == ChangeKind::kEntered) {
    membership.entered_sequence = sequence;
  }
  ChangeRecord row;
  row.stream = profile.stream;
  row.sequence = sequence;
  row.commit_number = rows_.commit_number;
  row.profile = profile.id;
  row.audience = audience;
  row.change = change;
  row.episode = membership.membership.episode;
  row.existing = membership.existing;
  row.rule_version = options_.rule_version;
  row.commit_time = rows_.commit_time;
  row.context = membership.membership.context;
  if (expires != Instant::Forever()) row.expires_at = ToTime(expires);
  row.identifiers = profile.identifiers;
  rows_.changes.push_back(std::move(row));

  StayRecord stay;
  stay.profile = profile.id;
  stay.stream = profile.stream;
  stay.audience = audience;
  stay.entered_sequence = membership.entered_sequence;
  if (change.kind == ChangeKind::kLeft) stay.left_sequence = sequence;
  stay.membership = membership.membership;
  stay.existing = membership.existing;
  stay.rule_version = options_.rule_version;
  stay.changed_at = rows_.commit_time;
  rows_.stays.push_back(std::move(stay));
}

}  // namespace audienced
