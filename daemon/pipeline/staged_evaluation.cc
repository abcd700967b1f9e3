#include "daemon/pipeline/staged_evaluation.h"

#include <algorithm>

#include "rules/engine/consent_standing.h"
#include "rules/engine/membership.h"

namespace audienced {
namespace {

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

CountedAs CountedIn(const Evaluation& evaluation, size_t audience, bool holds) {
  if (!holds) return CountedAs::kNothing;
  return evaluation.HeldOut(audience) ? CountedAs::kHeldOut
                                      : CountedAs::kMember;
}

Instant SinceOf(const StagedProfile& staged, Instant now) {
  return Plus(std::min(staged.known_until, now), -1);
}

StagedEvaluation::StagedEvaluation(const CommitRules& rules,
                                   const std::vector<Tally>& tallies,
                                   Instant evaluated_through, Instant now)
    : rules_(rules),
      rulebook_(rules.projection->rulebook()),
      tallies_(tallies),
      evaluated_through_(evaluated_through),
      now_(now),
      recorder_{rules, now},
      evaluation_(*rules.projection),
      counted_(tallies.size()) {}

void StagedEvaluation::Evaluate(StagedProfile& staged) {
  Profile& profile = *staged.profile;
  recorder_.LeaveRetired(staged, Cause::kRules);
  evaluation_.TurnTo(*profile.history, profile.key, SinceOf(staged, now_));
  profile.consents = LastConsents(profile.history->consents(), now_);
  // Of all others nothing is published and nothing is to come.
  const std::vector<uint32_t> known = KnownAudiences(profile);
  const auto take = [&](size_t audience, const Standing& standing) {
    TakeStanding(staged, static_cast<uint32_t>(audience), standing);
  };
  if (staged.only_moves && staged.own_history == nullptr) {
    // What was the next change of all may have been that of an audience that is
    // another now; then it is looked after in vain.
    evaluation_.ForEachStandingAmong(rules_.difference->others, now_, known,
                                     take);
    return;
  }
  profile.next_change = Instant::Forever();
  profile.leaves_next = false;
  evaluation_.ForEachStanding(now_, known, take);
}

void StagedEvaluation::TakeStanding(StagedProfile& staged, uint32_t audience,
                                    const Standing& standing) {
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
  counted_[audience].Count(membership.counted_as, -1);
  membership.counted_as = CountedIn(evaluation_, audience, standing.holds);
  counted_[audience].Count(membership.counted_as, 1);
  Publish(staged, standing, membership);
}

// Why the profile, if it comes from elsewhere, stands otherwise than it is
// published.
Cause StagedEvaluation::ReasonOf(const StagedProfile& staged,
                                 uint32_t audience) {
  if (!staged.moves || staged.reason != Cause::kConsent) return staged.reason;
  return evaluation_.Consented(audience, now_) ? Cause::kRules
                                               : Cause::kConsent;
}

// Asks what the last evaluation before the start had announced, and which match
// it knew: it used the same histories. Where these rules say of that instant
// what was published, all that differs now was brought by time.
Cause StagedEvaluation::Recall(AudienceMembership& membership) {
  const Standing then = evaluation_.At(membership.audience, evaluated_through_);
  membership.membership.announced_flip = then.next_flip;
  if (then.holds && membership.membership.member) {
    membership.membership.matched_at =
        std::max(membership.membership.matched_at, then.matched_at);
  }
  const bool agrees = then.holds == membership.membership.member;
  return agrees || !rules_.are_new ? Cause::kTime : Cause::kRules;
}

// What of the standing is published, after status, control share and size.
void StagedEvaluation::Publish(StagedProfile& staged, const Standing& standing,
                               AudienceMembership& membership) {
  const uint32_t number = membership.audience;
  const Audience& audience = rulebook_.audience(number);
  Standing shown = standing;
  Cause reason =
      staged.is_recalled ? Recall(membership) : ReasonOf(staged, number);
  if (audience.status == AudienceStatus::kPaused) {
    // Nothing is announced either; only who took back consent goes.
    membership.membership.announced_flip = Instant::Forever();
    if (evaluation_.Consented(number, now_)) return;
    shown = Unpublished(now_);
    reason = Cause::kConsent;
  } else if (audience.status == AudienceStatus::kDraft ||
             membership.counted_as == CountedAs::kHeldOut) {
    shown = Unpublished(now_);
  } else if (standing.holds && !tallies_[number].open) {
    shown = Unpublished(now_);
    reason = Cause::kSize;
  } else if (!Complete(shown, membership.membership, evaluation_.since())) {
    shown = evaluation_.WholeAt(number, now_);
  }
  if (reason == Cause::kTime && staged.published_until < now_ &&
      HasComeBack(membership.membership, shown,
                  Plus(staged.published_until, -1))) {
    // The exit now; the entry is due at once, in the next commit.
    const Instant entry = shown.membership.begin;
    staged.profile->next_change = std::min(staged.profile->next_change, entry);
    staged.profile->leaves_next = false;
    still_due_ = std::min(still_due_, entry);
    shown = StandingBefore(entry, membership);
  }
  PublishChange(staged, shown, reason, membership);
}

// How the profile, which is published as `membership` and comes back at
// `entry`, stood in between: when it left first, where that was announced.
Standing StagedEvaluation::StandingBefore(
    Instant entry, const AudienceMembership& membership) {
  const Instant announced = membership.membership.announced_flip;
  if (announced < entry) {
    const Standing left = evaluation_.WholeAt(membership.audience, announced);
    if (!left.holds) return left;
  }
  return evaluation_.WholeAt(membership.audience, Plus(entry, -1));
}

// What the profile, so far published as `membership` says, stands in now.
void StagedEvaluation::PublishChange(StagedProfile& staged,
                                     const Standing& standing, Cause reason,
                                     AudienceMembership& membership) {
  const uint32_t number = membership.audience;
  const Audience& audience = rulebook_.audience(number);
  const std::string context =
      standing.holds ? evaluation_.ContextAt(number, now_) : "";
  const int64_t last_episode = membership.membership.episode;
  std::optional<Change> change =
      Advance(membership.membership, standing, context, now_, reason);
  if (!change && membership.membership.member && staged.identifiers_changed) {
    change = Change{ChangeKind::kUpdated, reason, now_};
    membership.membership.effective_at = now_;
  }
  if (!change) return;
  const bool enters = change->kind == ChangeKind::kEntered;
  if (membership.membership.episode != last_episode) {  // it enters anew
    membership.continues.clear();
    membership.existing = false;
  }
  if (change->kind != ChangeKind::kLeft) {
    // What goes on, here or from another profile, stays what it was.
    for (const FormerEpisode* former : FormerEpisodesIn(
             *staged.profile, audience.name, membership.membership.match)) {
      AddContinued(former->episode, membership.continues);
      if (enters) membership.existing |= former->existing;
    }
  }
  if (enters) {
    membership.existing |=
        staged.backfill ||
        (staged.moves && rules_.fresh[number] && change->cause != Cause::kTime);
    ++counted_[number].published;
  }
  if (change->kind == ChangeKind::kLeft) --counted_[number].published;
  recorder_.Record(
      staged, audience.name, membership, *change,
      standing.holds ? standing.membership.end : Instant::Forever());
}

}  // namespace audienced
