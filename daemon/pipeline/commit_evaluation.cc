// How a commit evaluates whom it touches, and what of that it publishes.

#include <algorithm>
#include <utility>

#include "daemon/pipeline/commit_builder.h"
#include "rules/engine/evaluation.h"

namespace audienced {
namespace {

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

CountedAs CountedIn(const Evaluation& evaluation, size_t audience, bool holds) {
  if (!holds) return CountedAs::kNothing;
  return evaluation.HeldOut(audience) ? CountedAs::kHeldOut
                                      : CountedAs::kMember;
}

// The audiences in which the profile may stand otherwise than nobody does.
std::vector<uint32_t> KnownAudiences(const Profile& profile) {
  std::vector<uint32_t> known;
  for (const AudienceMembership& each : profile.memberships) {
    if (each.membership.member || each.counted_as != CountedAs::kNothing ||
        each.membership.announced_flip != Instant::Forever()) {
      known.push_back(each.audience);
    }
  }
  return known;
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

// The history reaches as far back as the profile is known and no event further
// than is kept.
void CommitBuilder::KeepUp(Staged& staged) {
  const Instant first = staged.profile->first_event_at;
  if (staged.profile->history->first_time() > first) {
    OwnHistory(staged).ExtendTo(first);
    staged.known_until = Instant::Never();
  }
  if (staged.profile->history->whole_since() < events_from_) {
    OwnHistory(staged).ForgetBefore(events_from_);
    staged.known_until = Instant::Never();
  }
}

absl::Status CommitBuilder::Evaluate() {
  if (!read_status_.ok()) return read_status_;
  for (auto& [id, staged] : staged_) {
    CompareConsents(staged);
    KeepUp(staged);
  }
  Evaluation evaluation(*projection_);
  const absl::Status settled = SettleGates(evaluation);
  if (!settled.ok()) return settled;
  for (auto& [id, staged] : staged_) {
    EvaluateOne(staged, evaluation);
    // Here, not after the commit: the database is still busy with the events.
    if (staged.own_history != nullptr) staged.own_history->Pack();
  }
  PutPrivacyFirst();
  return absl::OkStatus();
}

// Counts before anything is published, so that an audience opens or closes with
// the very commit that takes it over its bound.
absl::Status CommitBuilder::SettleGates(Evaluation& evaluation) {
  const CompiledRulebook& rulebook = projection_->rulebook();
  std::vector<uint32_t> gated;
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    if (rulebook.audience(i).minimum_size == 0) continue;
    gated.push_back(static_cast<uint32_t>(i));
  }
  if (gated.empty()) return absl::OkStatus();
  std::vector<Tally> after = tallies_;
  for (const auto& [id, staged] : staged_) {
    const Profile& profile = *staged.profile;
    evaluation.TurnTo(*profile.history, profile.key, SinceOf(staged));
    for (const uint32_t i : gated) {
      const AudienceMembership* known = FindMembership(profile, i);
      if (known != nullptr) after[i].Count(known->counted_as, -1);
      after[i].Count(CountedIn(evaluation, i, evaluation.Holds(i, now_)), 1);
    }
  }
  for (const uint32_t i : gated) {
    after[i].Settle(rulebook.audience(i).minimum_size);
    // Not all are counted yet, but so many are in.
    if (!rules_.are_all_counted && tallies_[i].open) after[i].open = true;
    if (after[i].open == tallies_[i].open) continue;
    tallies_[i].open = after[i].open;
    const absl::Status touched = TouchMembers(i);
    if (!touched.ok()) return touched;
  }
  return absl::OkStatus();
}

absl::Status CommitBuilder::TouchMembers(uint32_t audience) {
  constexpr int64_t kProfilesPerStep = 10'000;
  std::vector<ProfileId> members;
  ProfileId after{0};
  while (true) {
    const std::vector<Directory::ProfilePtr> profiles =
        directory_.Range(after, kProfilesPerStep);
    if (profiles.empty()) break;
    for (const Directory::ProfilePtr& profile : profiles) {
      after = profile->id;
      // Profiles that have not moved to these rules yet are in line for it.
      if (profile->projection != projection_) continue;
      const AudienceMembership* known = FindMembership(*profile, audience);
      if (known != nullptr && known->counted_as == CountedAs::kMember) {
        members.push_back(profile->id);
      }
    }
  }
  const absl::Status prepared = Prepare(members);
  if (!prepared.ok()) return prepared;
  for (const ProfileId id : members) Touch(id, Cause::kSize);
  return absl::OkStatus();
}

// From when on the profile is to be evaluated.
Instant CommitBuilder::SinceOf(const Staged& staged) const {
  return Plus(std::min(staged.known_until, now_), -1);
}

void CommitBuilder::EvaluateOne(Staged& staged, Evaluation& evaluation) {
  Profile& profile = *staged.profile;
  LeaveRetired(staged);
  evaluation.TurnTo(*profile.history, profile.key, SinceOf(staged));
  profile.consents = LastConsents(profile.history->consents(), now_);
  // Of all others nothing is published and nothing is to come.
  const std::vector<uint32_t> known = KnownAudiences(profile);
  const auto take = [&](size_t audience, const Standing& standing) {
    TakeStanding(staged, evaluation, static_cast<uint32_t>(audience), standing);
  };
  if (staged.only_moves && staged.own_history == nullptr) {
    // What was the next change of all may have been that of an audience that is
    // another now; then it is looked after in vain.
    evaluation.ForEachStandingAmong(rules_.difference->others, now_, known,
                                    take);
    return;
  }
  profile.next_change = Instant::Forever();
  profile.leaves_next = false;
  evaluation.ForEachStanding(now_, known, take);
}

void CommitBuilder::TakeStanding(Staged& staged, Evaluation& evaluation,
                                 uint32_t audience, const Standing& standing) {
  Profile& profile = *staged.profile;
  if (standing.next_change < profile.next_change) {
    profile.next_change = standing.next_change;
    profile.leaves_next = false;
  }
  if (standing.holds && standing.next_flip == profile.next_change) {
    profile.leaves_next = true;
  }
  if (!standing.holds && standing.next_flip == Instant::Forever() &&
      FindMembership(profile, audience) == nullptr) {
    return;
  }
  AudienceMembership& membership = MembershipIn(profile, audience);
  tallies_[audience].Count(membership.counted_as, -1);
  membership.counted_as = CountedIn(evaluation, audience, standing.holds);
  tallies_[audience].Count(membership.counted_as, 1);
  Publish(staged, evaluation, standing, membership);
}

// Why the profile, if it comes from elsewhere, stands otherwise than it is
// published.
Cause CommitBuilder::ReasonOf(const Staged& staged, Evaluation& evaluation,
                              uint32_t audience) const {
  if (!staged.moves || staged.reason != Cause::kConsent) return staged.reason;
  return evaluation.Consented(audience, now_) ? Cause::kRules : Cause::kConsent;
}

// Asks what the last evaluation before the start had announced, and which match
// it knew: it used the same histories. Where these rules say of that instant
// what was published, all that differs now was brought by time.
Cause CommitBuilder::Recall(Evaluation& evaluation,
                            AudienceMembership& membership) const {
  const Standing then = evaluation.At(membership.audience, evaluated_through_);
  membership.membership.announced_flip = then.next_flip;
  if (then.holds && membership.membership.member) {
    membership.membership.matched_at =
        std::max(membership.membership.matched_at, then.matched_at);
  }
  const bool agrees = then.holds == membership.membership.member;
  return agrees || !rules_.are_new ? Cause::kTime : Cause::kRules;
}

// What of the standing is published, after status, control share and size.
void CommitBuilder::Publish(Staged& staged, Evaluation& evaluation,
                            const Standing& standing,
                            AudienceMembership& membership) {
  const uint32_t number = membership.audience;
  const Audience& audience = projection_->rulebook().audience(number);
  Standing shown = standing;
  Cause reason = staged.is_recalled ? Recall(evaluation, membership)
                                    : ReasonOf(staged, evaluation, number);
  if (audience.status == AudienceStatus::kPaused) {
    // Nothing is announced either; only who took back consent goes.
    membership.membership.announced_flip = Instant::Forever();
    if (evaluation.Consented(number, now_)) return;
    shown = Unpublished(now_);
    reason = Cause::kConsent;
  } else if (audience.status == AudienceStatus::kDraft ||
             membership.counted_as == CountedAs::kHeldOut) {
    shown = Unpublished(now_);
  } else if (standing.holds && !tallies_[number].open) {
    shown = Unpublished(now_);
    reason = Cause::kSize;
  } else if (!Complete(shown, membership.membership, evaluation.since())) {
    shown = evaluation.WholeAt(number, now_);
  }
  if (reason == Cause::kTime && staged.published_until < now_ &&
      HasComeBack(membership.membership, shown,
                  Plus(staged.published_until, -1))) {
    // The exit now; the entry is due at once, in the next commit.
    const Instant entry = shown.membership.begin;
    staged.profile->next_change = std::min(staged.profile->next_change, entry);
    staged.profile->leaves_next = false;
    still_due_ = std::min(still_due_, entry);
    shown = StandingBefore(entry, evaluation, membership);
  }
  PublishChange(staged, evaluation, shown, reason, membership);
}

// How the profile, which is published as `membership` and comes back at
// `entry`, stood in between: when it left first, where that was announced.
Standing CommitBuilder::StandingBefore(Instant entry, Evaluation& evaluation,
                                       const AudienceMembership& membership) {
  const Instant announced = membership.membership.announced_flip;
  if (announced < entry) {
    const Standing left = evaluation.WholeAt(membership.audience, announced);
    if (!left.holds) return left;
  }
  return evaluation.WholeAt(membership.audience, Plus(entry, -1));
}

// What the profile, so far published as `membership` says, stands in now.
void CommitBuilder::PublishChange(Staged& staged, Evaluation& evaluation,
                                  const Standing& standing, Cause reason,
                                  AudienceMembership& membership) {
  const uint32_t number = membership.audience;
  const Audience& audience = projection_->rulebook().audience(number);
  const std::string context =
      standing.holds ? evaluation.ContextAt(number, now_) : "";
  const int64_t last_episode = membership.membership.episode;
  std::optional<Change> change =
      Advance(membership.membership, standing, context, now_, reason);
  if (!change && membership.membership.member && staged.identifiers_changed) {
    change = Change{ChangeKind::kUpdated, reason, now_};
    membership.membership.effective_at = now_;
  }
  if (!change) return;
  if (change->kind == ChangeKind::kEntered) {
    if (membership.membership.episode != last_episode) {
      membership.existing = false;
      membership.continues.reset();
    }
    // What goes on, here or from another profile, stays what it was.
    const FormerEpisode* const former = FindFormerEpisode(
        *staged.profile, audience.name, membership.membership.match);
    if (former != nullptr) {
      membership.continues = former->episode;
      membership.existing |= former->existing;
    }
    membership.existing |=
        staged.backfill ||
        (staged.moves && rules_.fresh[number] && change->cause != Cause::kTime);
    ++tallies_[number].published;
  }
  if (change->kind == ChangeKind::kLeft) --tallies_[number].published;
  Record(staged, audience.name, membership, *change,
         standing.holds ? standing.membership.end : Instant::Forever());
}

}  // namespace audienced
