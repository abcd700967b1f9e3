#ifndef AUDIENCED_RULES_ENGINE_MEMBERSHIP_H_
#define AUDIENCED_RULES_ENGINE_MEMBERSHIP_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/engine/evaluation.h"

namespace audienced {

enum class ChangeKind { kEntered, kRenewed, kUpdated, kLeft };

enum class Cause {
  kEvent,
  kTime,       // the last evaluation had announced it for this instant
  kLateEvent,  // an event that came long after it occurred
  kMerge,
  kRules,
  kConsent,
  kErasure,
  kRebuild,
  kSize,
};

// `entered`, `late_event`, ... as the language and the log write them.
std::string_view Name(ChangeKind kind);
std::string_view Name(Cause cause);

// Of several causes of one change the one with the least is told. The order is
// that of Cause in proto/audienced/v1/audience.proto; `time` comes last here,
// as it is told wherever the change was announced.
int Precedence(Cause cause);

// What is published of one profile in one audience, and what the next change is
// measured against.
struct Membership {
  bool member = false;
  int64_t episode = 0;  // 0: never was one
  // Of the episode, as known when last published: as foreseen while the profile
  // is in, then as far as it was in.
  Interval match;
  Instant matched_at;  // the latest rise of `who` that was published
  Instant entered_at;  // effective time of the last `entered`
  Instant effective_at = Instant::Never();  // of the last published change
  std::string context;                      // as last published
  // What the last evaluation announced: the next flip if nothing happens.
  Instant announced_flip = Instant::Forever();

  friend bool operator==(const Membership&, const Membership&) = default;
};

struct Change {
  ChangeKind kind = ChangeKind::kEntered;
  Cause cause = Cause::kEvent;
  Instant effective_at;
};

// Completes what the evaluation of a profile from `since` on
// (Evaluation::TurnTo()) says of an audience, for Advance(): what lies before
// is as it was when the last evaluation came to `membership`, as the history
// has changed after `since` alone. False where that does not tell it either.
bool Complete(Standing& standing, const Membership& membership, Instant since);

// `match`, which was foreseen, as far as a profile was in that left at
// `left_at`; not empty.
Interval UpTo(const Interval& match, Instant left_at);

// Takes the profile out at `left_at`. A match that goes on beyond it, as behind
// a gate, is known again by what it has in common with the rest of this one;
// another is another episode.
void Leave(Membership& membership, Instant left_at, Cause reason);

// Whether the profile was out since `through`, the last instant (included) that
// was evaluated: `standing` is of another match than `membership`. Then its
// exit is published first, by the standing before it came back, and the entry
// by itself: a commit has one change of a profile in an audience.
bool HasComeBack(const Membership& membership, const Standing& standing,
                 Instant through);

// The one definition of a change: brings `membership` to what `standing` and
// `context` say at `t`, and returns what has to be published of it, if
// anything. At most one change; a flip goes before a renewal, a renewal before
// an update. `reason` is why the profile was evaluated; it is the cause unless
// the flip had been announced, which makes it kTime.
std::optional<Change> Advance(Membership& membership, const Standing& standing,
                              std::string_view context, Instant t,
                              Cause reason);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_MEMBERSHIP_H_
