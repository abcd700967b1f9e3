#include "rules/engine/membership.h"

#include <algorithm>
#include <array>

#include "rules/engine/context.h"

namespace audienced {
namespace {

// Whether the last evaluation had announced a flip that has come by now.
bool WasAnnounced(const Membership& membership, Instant flipped_at, Instant t) {
  return membership.announced_flip == flipped_at && flipped_at <= t;
}

Change Enter(Membership& membership, const Standing& standing,
             std::string_view context, Cause cause) {
  const Instant effective =
      std::max(standing.membership.begin, membership.effective_at);
  Interval known = membership.match;
  // What was foreseen when other rules took the profile out may have come by
  // time; what people do is something new.
  if (cause == Cause::kEvent || cause == Cause::kLateEvent) {
    known = UpTo(known, membership.effective_at);
  }
  if (membership.episode == 0 || !known.Overlaps(standing.match)) {
    ++membership.episode;
  }
  membership.member = true;
  membership.match = standing.match;
  membership.matched_at = standing.matched_at;
  membership.entered_at = effective;
  membership.effective_at = effective;
  membership.context = std::string(context);
  return {ChangeKind::kEntered, cause, effective};
}

}  // namespace

std::string_view Name(ChangeKind kind) {
  static constexpr std::array<std::string_view, 4> kNames = {
      "entered", "renewed", "updated", "left"};
  return kNames[static_cast<size_t>(kind)];
}

std::string_view Name(Cause cause) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "event",   "time",    "late_event", "merge", "rules",
      "consent", "erasure", "rebuild",    "size"};
  return kNames[static_cast<size_t>(cause)];
}

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

bool Complete(Standing& standing, const Membership& membership, Instant since) {
  if (since == Instant::Never()) return true;
  if (!standing.holds) return !membership.member || standing.last_flip > since;
  if (!membership.member) {
    return standing.membership.begin > since && standing.match.begin > since;
  }
  if (standing.match.begin <= since) {
    if (!membership.match.Contains(since)) return false;
    standing.match.begin = membership.match.begin;
  }
  // Of no rise until then is anything to be told any more.
  if (standing.matched_at <= since) standing.matched_at = membership.matched_at;
  return true;
}

Interval UpTo(const Interval& match, Instant left_at) {
  const Instant least = Plus(match.begin, 1);
  return {match.begin, std::clamp(left_at, least, std::max(least, match.end))};
}

void Leave(Membership& membership, Instant left_at, Cause reason) {
  membership.member = false;
  membership.effective_at = left_at;
  // By other rules a match may begin later: it is the same one.
  if (reason == Cause::kRules) return;
  membership.match = UpTo(membership.match, left_at);
}

bool HasComeBack(const Membership& membership, const Standing& standing,
                 Instant through) {
  return membership.member && standing.holds &&
         standing.match.begin > membership.match.begin &&
         standing.match.begin > through;
}

std::optional<Change> Advance(Membership& membership, const Standing& standing,
                              std::string_view context, Instant t,
                              Cause reason) {
  const Membership before = membership;
  membership.announced_flip = standing.next_flip;
  if (standing.holds && !before.member) {
    const bool announced = WasAnnounced(before, standing.membership.begin, t);
    return Enter(membership, standing, context,
                 announced ? Cause::kTime : reason);
  }
  if (!standing.holds && before.member) {
    const bool announced = before.announced_flip <= t &&
                           standing.last_flip == before.announced_flip;
    const Instant effective = std::max(standing.last_flip, before.effective_at);
    Leave(membership, effective, reason);
    return Change{ChangeKind::kLeft, announced ? Cause::kTime : reason,
                  effective};
  }
  if (!standing.holds) return std::nullopt;
  membership.match = standing.match;
  if (standing.matched_at > before.matched_at) {
    membership.matched_at = standing.matched_at;
    // Other rules put the rise elsewhere; nothing happened then.
    if (reason != Cause::kRules) {
      membership.context = std::string(context);
      membership.effective_at =
          std::max(standing.matched_at, before.effective_at);
      return Change{ChangeKind::kRenewed, reason, membership.effective_at};
    }
  }
  if (ContextDiffers(before.context, context)) {
    membership.context = std::string(context);
    membership.effective_at = t;
    return Change{ChangeKind::kUpdated, reason, t};
  }
  return std::nullopt;
}

}  // namespace audienced
