#ifndef AUDIENCED_RULES_ENGINE_GLANCE_GLANCE_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_GLANCE_H_

#include <cstdint>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/glance/event_count.h"
#include "rules/engine/glance/outlook.h"
#include "rules/engine/timeline/event_selection.h"

namespace audienced {

// What all audiences say of one profile at one instant, without their
// timelines. This is what everybody is asked at every change of rules, and each
// touched profile in every commit: the hot path.
//
// A timeline is the one definition of when an audience holds; a glance tells
// what can be read off it at an instant, and is held against it by
// tests/oracle. It is quick because
//
//   - of most people nothing that they did speaks for any audience any more,
//     which a few bits and the time of the newest event tell;
//   - else the history is passed over once for all rules (EventCount), and only
//     as far back as is asked for;
//   - of thousands of audiences those are asked that something in the history
//     speaks for (Screen::demands);
//   - a `did` that counts is answered from the lists, where nearly always one
//   or
//     two events are looked at;
//   - so is a sequence of the usual form (SequenceGlance);
//   - another sequence and what else takes more is computed by the code of the
//     timelines, but over the last events alone (CompiledSequence::horizon);
//   - nothing is allocated for a profile: it goes from one to the next.
//
// Audiences that depend on what was before (`stay`, `rejoin_after`) are told by
// their timelines.
class Glance {
 public:
  // Borrows `evaluation`, whose history it looks at.
  explicit Glance(Evaluation& evaluation);

  // Looks at the evaluation's present history, as it is at `t`. With `only_now`
  // of outlooks nothing counts but `holds`.
  void TurnTo(Instant t, bool only_now);

  // Of the audience after steps 1 to 6.
  Outlook OutlookOf(size_t audience);

  // The audiences that something speaks for, in order; of all others the
  // outlook is nothing. Valid until the next TurnTo().
  const std::vector<uint32_t>& Candidates();

 private:
  // What was found for this profile, if `turn` is the present one.
  struct Found {
    uint64_t turn = 0;
    Outlook outlook;
  };

  Outlook Gated(size_t audience);
  Outlook ComputeGated(size_t audience);
  Outlook OfCondition(ConditionIndex index);
  Outlook OfCount(const Screen::Probe& probe);
  Outlook OfAggregate(const Screen::Probe& probe, const CompiledDid& did);
  Outlook OfParts(const Screen::Probe& probe);
  Outlook OfTail(const Screen::Probe& probe, ConditionIndex index);
  Outlook OutlookOfTail(const Screen::Probe& probe, ConditionIndex index);
  // Told by marks alone, and yes in doubt.
  bool MayMeetNeeds(const Screen::Probe& probe) const;
  bool MeetsNeeds(const Screen::Probe& probe);
  Outlook OfTraits(const CompiledTraits& traits) const;
  Outlook OfAudience(const CompiledInAudience& in);
  Outlook OfKnownFor(const CompiledKnownFor& known) const;
  Outlook OfSample(const CompiledSample& sample) const;
  Outlook OfConsent(uint32_t purpose) const;

  Signal SignalOf(ConditionIndex index);
  Instant EndsFrom(ConditionIndex index);
  EventSelection& Tail();
  bool Speaks(const History& history, Instant last) const;
  void Propose(uint32_t audience);

  Evaluation& evaluation_;
  const Program& program_;
  const Screen& screen_;
  EventCount count_;
  EventSelection tail_;  // of the last events
  uint64_t tail_turn_ = 0;

  Instant t_;
  uint64_t turn_ = 0;
  bool only_now_ = false;
  bool is_known_ = false;   // the profile has its first event behind it
  bool is_silent_ = false;  // nothing speaks for any audience
  // What is asked can be told at a glance: nothing that matters is forgotten,
  // and nothing known of the time after `t`.
  bool is_clear_ = false;
  std::vector<Found> of_conditions_;  // of the kinds that take long
  std::vector<Found> of_audiences_;   // after steps 1 to 5
  std::vector<uint64_t> proposed_;    // by audience: the turn
  std::vector<uint32_t> candidates_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_GLANCE_H_
