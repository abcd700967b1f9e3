#include "daemon/pipeline/commit_builder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/identity.h"
#include "daemon/ingest/identity/large_profile.h"
#include "daemon/store/event_row.h"
#include "rules/engine/consent_standing.h"
#include "rules/language/duration_text.h"

namespace audienced {

CommitBuilder::CommitBuilder(const Directory& directory,
                             const NameRegistry& names, CommitRules rules,
                             const InstanceRecord& instance,
                             std::vector<Tally> tallies, Instant now,
                             Options options, Reader reader,
                             EventReader event_reader)
    : directory_(directory),
      names_(names),
      rules_(std::move(rules)),
      projection_(rules_.projection),
      evaluated_through_(ToInstant(instance.evaluated_through)),
      now_(now),
      events_from_(ToInstant(instance.events_from)),
      options_(std::move(options)),
      reader_(std::move(reader)),
      event_reader_(std::move(event_reader)),
      numbers_given_(directory.size()),
      tallies_(std::move(tallies)) {
  rows_.commit_number = instance.commit_number + 1;
  AdvanceTo(now);
  rows_.rebuilt_through = instance.rebuilt_through;
  rows_.heads = instance.heads;
}

void CommitBuilder::Follow(const CommitBuilder& before) {
  before_ = &before;
  numbers_given_ += before.new_profiles_;
}

void CommitBuilder::AdvanceTo(Instant now) {
  if (gone_changes_.empty()) now_ = std::max(now_, now);
  rows_.commit_time = ToTime(now_);
  rows_.evaluated_through = ToTime(now_);
}

Directory::ProfilePtr CommitBuilder::Find(ProfileId id) const {
  if (before_ != nullptr) {
    const auto staged = before_->staged_.find(id);
    if (staged != before_->staged_.end()) return staged->second.profile;
  }
  return directory_.Find(id);
}

std::optional<Directory::Place> CommitBuilder::FindPlace(
    const Identifier& identifier) const {
  if (before_ != nullptr) {
    const auto fresh = before_->new_identifiers_.find(identifier);
    if (fresh != before_->new_identifiers_.end()) {
      return Directory::Place{fresh->second, CurrentOf(fresh->second)};
    }
  }
  return directory_.FindPlace(identifier);
}

bool CommitBuilder::IsReady(const Profile& profile) const {
  return (profile.history != nullptr &&
          projection_->Reads(*profile.projection)) ||
         ready_.contains(profile.id);
}

absl::Status CommitBuilder::Prepare(const std::vector<ProfileId>& profiles) {
  std::vector<Directory::ProfilePtr> missing;
  for (const ProfileId id : profiles) {
    if (staged_.contains(id)) continue;
    Directory::ProfilePtr profile = Find(id);
    if (profile != nullptr && !IsReady(*profile)) {
      ready_.emplace(profile->id, nullptr);  // asked for once
      missing.push_back(std::move(profile));
    }
  }
  if (missing.empty()) return absl::OkStatus();
  absl::StatusOr<Histories> histories = reader_(missing);
  if (!histories.ok()) {
    for (const Directory::ProfilePtr& profile : missing) {
      ready_.erase(profile->id);
    }
    return histories.status();
  }
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
  return ready != ready_.end() ? *ready->second : *Find(id)->history;
}

EventOutcome CommitBuilder::Add(IncomingEvent incoming, bool backfill) {
  EventOutcome outcome;
  std::vector<Identifier>& identifiers = incoming.identifiers;
  for (std::string& kind : options_.identity->blocked.TakeOut(identifiers)) {
    outcome.dropped.push_back({std::move(kind), "BLOCKED_IDENTIFIER"});
  }
  std::optional<EventOutcome> refusal = RefusalOf(incoming.event, identifiers);
  if (refusal) return *std::move(refusal);
  SortByWeight(identifiers);
  ProfileLinks plan = Plan(identifiers);
  if (IsKnown(plan,
              EventDigest(incoming.event.origin, incoming.event.event_id))) {
    return {EventOutcome::Kind::kDuplicate, "", ""};
  }
  if (IsBeyondRetention(incoming.event)) {
    return TakeRemnant(incoming.event, plan, identifiers);
  }
  StagedProfile& staged = Join(plan, identifiers);
  EventRecord row{plan.owner->stored, std::move(incoming.event)};
  row.event.received_at = ToTime(now_);
  staged.backfill = staged.backfill || backfill;
  const bool late = IsLate(row.event);
  AddReason(staged, late ? Cause::kLateEvent : Cause::kEvent);
  StoreEvent(staged, std::move(row));
  FlagIfLarge(staged);
  outcome.dropped.insert(outcome.dropped.end(),
                         std::make_move_iterator(plan.dropped.begin()),
                         std::make_move_iterator(plan.dropped.end()));
  outcome.late = late;
  return outcome;
}

std::optional<EventOutcome> CommitBuilder::RefusalOf(
    const Event& event, const std::vector<Identifier>& identifiers) const {
  const auto refused = [](const char* reason, std::string message) {
    return EventOutcome{EventOutcome::Kind::kRefused, reason,
                        std::move(message)};
  };
  if (identifiers.empty()) {
    return refused("BLOCKED_IDENTIFIER", kAllBlocked);
  }
  if (event.occurred_at > ToTime(now_) + options_.future_tolerance) {
    return refused("FUTURE_EVENT",
                   absl::StrCat("the event lies more than ",
                                DurationText(options_.future_tolerance),
                                " in the future: occurred_time is ",
                                TimestampText(event.occurred_at)));
  }
  if (options_.erasures == nullptr) return std::nullopt;
  for (const Identifier& identifier : identifiers) {
    const auto erased_at = options_.erasures->ErasedAt(identifier);
    if (!erased_at || event.occurred_at > *erased_at) continue;
    return refused(
        "PROFILE_ERASED",
        absl::StrCat("the person was erased at ", TimestampText(*erased_at),
                     "; occurred_time is ", TimestampText(event.occurred_at)));
  }
  return std::nullopt;
}

void CommitBuilder::StoreEvent(StagedProfile& staged, EventRecord row) {
  NoteFirstEvent(staged, row.profile, ToInstant(row.event.occurred_at));
  InsertInOrder(staged, projection_->Project(row.event));
  for (SeenNameRecord& name : names_.NewNames(row.event)) {
    rows_.names.push_back(std::move(name));
  }
  row.row = EventRow(row.profile, row.event);
  rows_.events.push_back(std::move(row));
}

// Events of one instant stand in the order of their ids, and those of a packed
// history are in the database alone. What this commit brought has its ids.
void CommitBuilder::InsertInOrder(StagedProfile& staged, ProjectedEvent event) {
  History& history = staged.OwnHistory();
  if (!history.UnnamedAt(event.time).empty()) {
    const absl::StatusOr<std::vector<EventRecord>> stored =
        event_reader_(PartsOf(*staged.profile), event.time);
    read_status_.Update(stored.status());
    absl::flat_hash_map<uint64_t, std::string> ids;
    if (stored.ok()) {
      for (const EventRecord& record : *stored) {
        const Event& each = record.event;
        ids.emplace(EventDigest(each.origin, each.event_id), each.event_id);
      }
    }
    history.NameAt(event.time, [&](uint64_t digest) { return ids[digest]; });
  }
  TakeOver(staged, std::move(event), &History::Insert);
}

void CommitBuilder::TakeOver(StagedProfile& staged, ProjectedEvent event,
                             void (History::*insert)(ProjectedEvent)) {
  History& history = staged.OwnHistory();
  staged.known_until = std::min(staged.known_until, event.time);
  if (!event.consents.empty() && !staged.former_consents) {
    staged.former_consents = history.consents();
  }
  (history.*insert)(std::move(event));
}

// A consent that only says again what holds is no reason for anything.
void CommitBuilder::CompareConsents(StagedProfile& staged) {
  if (!staged.former_consents) return;
  const CompiledRulebook& rulebook = projection_->rulebook();
  if (GrantedAt(rulebook, *staged.former_consents, now_) !=
      GrantedAt(rulebook, staged.profile->history->consents(), now_)) {
    AddReason(staged, Cause::kConsent);
  }
  staged.former_consents.reset();
}

bool CommitBuilder::IsBeyondRetention(const Event& event) const {
  const Micros retention = projection_->rulebook().program().retention;
  return retention != 0 &&
         Plus(ToInstant(event.occurred_at), retention) <= now_;
}

// What an event that counts no more says of the profile holds all the same.
EventOutcome CommitBuilder::TakeRemnant(
    const Event& event, ProfileLinks& plan,
    const std::vector<Identifier>& identifiers) {
  if (!event.traits.empty() || !event.consents.empty()) {
    StagedProfile& staged = Join(plan, identifiers);
    NoteFirstEvent(staged, plan.owner->stored, ToInstant(event.occurred_at));
    AddReason(staged, Cause::kLateEvent);
    TakeOver(staged, projection_->Project(event), &History::InsertRemnant);
    rows_.remnants.push_back({plan.owner->stored, event});
  }
  const Micros retention = projection_->rulebook().program().retention;
  return {EventOutcome::Kind::kRefused, "BEYOND_RETENTION",
          absl::StrCat(
              "events count for ", DurationText(absl::Microseconds(retention)),
              "; occurred_time is ", TimestampText(event.occurred_at))};
}

void CommitBuilder::FlagIfLarge(StagedProfile& staged) {
  const History& history = *staged.profile->history;
  if (static_cast<int64_t>(history.size()) <=
      options_.identity->large_profile_events) {
    return;
  }
  const EventRecord& last = rows_.events.back();
  EventRecord flag{last.profile, LargeProfileFlag(last.event)};
  if (history.Contains(EventDigest(flag.event.origin, flag.event.event_id))) {
    return;
  }
  StoreEvent(staged, std::move(flag));
  ++flagged_count_;
}

void CommitBuilder::Touch(ProfileId id, Cause reason) {
  AddReason(Stage(CurrentOf(id)), reason);
}

void CommitBuilder::AddReason(StagedProfile& staged, Cause reason) {
  if (Precedence(reason) < Precedence(staged.reason)) staged.reason = reason;
}

void CommitBuilder::Move(ProfileId id) {
  const Directory::ProfilePtr before = directory_.Find(id);
  StagedProfile& staged = Stage(id);
  staged.only_moves = !staged.is_recalled &&
                      before->projection == rules_.difference->former &&
                      before->next_change > now_;
}

std::vector<Directory::ProfilePtr> CommitBuilder::TakeProfiles() {
  std::vector<Directory::ProfilePtr> profiles;
  profiles.reserve(staged_.size());
  for (auto& [id, staged] : staged_) {
    profiles.push_back(std::move(staged.profile));
  }
  return profiles;
}

StagedProfile& CommitBuilder::Stage(ProfileId id) {
  StagedProfile& staged = staged_[id];
  if (staged.profile != nullptr) return staged;
  staged.before = Find(id);
  const Profile* const known = staged.before.get();
  staged.profile = std::make_shared<Profile>(*known);
  Profile& profile = *staged.profile;
  staged.known_until = known->next_change;
  staged.published_until = known->next_change;
  if (profile.projection != projection_) {
    staged.moves = true;
    staged.known_until = Instant::Never();
    staged.is_recalled = profile.projection == nullptr;
    staged.published_until =
        staged.is_recalled ? Plus(evaluated_through_, 1) : Instant::Forever();
    staged.reason = staged.is_recalled ? Cause::kTime : Cause::kRules;
    MoveToRules(profile, projection_, rules_.version);
    CountAsBefore(*known, profile);
  }
  const auto ready = ready_.find(id);
  if (ready != ready_.end()) {
    profile.history = ready->second;
    // It may have forgotten what the last evaluation knew.
    staged.known_until = Instant::Never();
  }
  return staged;
}

// Nobody is counted yet under the rules of the commit.
void CommitBuilder::CountAsBefore(const Profile& before, Profile& profile) {
  const RuleDifference& difference = *rules_.difference;
  if (before.projection == nullptr || before.projection != difference.former) {
    return;
  }
  for (const AudienceMembership& each : before.memberships) {
    const std::optional<uint32_t> number = difference.same[each.audience];
    if (!number) continue;
    const auto kept = std::find_if(
        profile.memberships.begin(), profile.memberships.end(),
        [&](const AudienceMembership& now) { return now.audience == *number; });
    kept->counted_as = each.counted_as;
    tallies_[*number].Count(each.counted_as, 1);
  }
}

StagedProfile& CommitBuilder::StageNew(const Identifier& identifier) {
  const auto id = static_cast<ProfileId>(numbers_given_ + ++new_profiles_);
  StagedProfile& staged = staged_[id];
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

void CommitBuilder::NoteFirstEvent(StagedProfile& staged,
                                   ProfileId stored_under, Instant time) {
  if (time >= staged.profile->first_event_at) return;
  staged.profile->first_event_at = time;
  const int64_t place = static_cast<int64_t>(stored_under) - numbers_given_;
  if (place > 0) {
    rows_.profiles[place - 1].first_event_at = ToTime(time);
    return;
  }
  const auto known = std::find_if(
      rows_.first_events.begin(), rows_.first_events.end(),
      [&](const FirstEventRecord& row) { return row.profile == stored_under; });
  if (known == rows_.first_events.end()) {
    rows_.first_events.push_back({stored_under, ToTime(time)});
  } else {
    known->first_event_at = ToTime(time);
  }
}

bool CommitBuilder::IsLate(const Event& event) const {
  return event.received_at - event.occurred_at > options_.late_after;
}

}  // namespace audienced
