#ifndef AUDIENCED_RULES_ENGINE_EVALUATION_H_
#define AUDIENCED_RULES_ENGINE_EVALUATION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/timeline/evidence.h"
#include "rules/engine/timeline/signal.h"
#include "rules/history/history.h"

namespace audienced {

class Glance;

// What an audience says of a profile at one instant, if no further event comes.
struct Standing {
  // Whether the profile is in: rules/README.md, "The audience", steps 1 to
  // 6.
  bool holds = false;
  // The interval of the signal that contains the instant; empty when not in.
  Interval membership;
  // The interval of `who` and `stay` (step 1) that contains the instant: the
  // episode. Empty where none does. A gate can hold the profile out of it.
  Interval match;
  // The latest rise of `who` at or before the instant within `match`; Never
  // where it lies so far back that nobody knows any more.
  Instant matched_at;
  // The instant at or before this one at which `holds` became what it is; that
  // of the first event where it never was otherwise.
  Instant last_flip;
  // The next instant at which `holds` flips; Forever if never.
  Instant next_flip;
  // The next instant at which `holds`, the evidence or the context can change.
  // Not after `next_flip`.
  Instant next_change;
};

// Evaluates one profile: one history against one rulebook. Signals are computed
// when first asked for and kept, so one object answers for all audiences and
// instants; and it goes from profile to profile, which is much cheaper than a
// new one. Pure: no clock, no I/O. Borrows its arguments. Not thread-safe.
//
// Where the history has forgotten its first events and the rulebook has a
// retention, nothing holds before the forgotten ones are beyond it; from
// CompiledRulebook::history_span() after the last of them everything is told as
// if they were there.
class Evaluation {
 public:
  // Of no profile yet.
  explicit Evaluation(const Projection& projection);
  // Of one profile, as by TurnTo().
  Evaluation(const Projection& projection, const History& history,
             std::string_view profile_key);
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // Goes to another profile; nothing of the one before is kept. The history
  // must not change until the next time, nor `profile_key`, the permanent key
  // of the profile; `sample` and `holdout` depend on nothing else.
  //
  // Who asks about `since` and later only says so: then no further back is
  // looked than conditions do from there. Timelines say nothing then of what
  // was before, and in what At() tells an instant at or before `since` stands
  // for any such. Never: everything is told.
  void TurnTo(const History& history, std::string_view profile_key,
              Instant since = Instant::Never());
  Instant since() const { return since_; }

  const Projection& projection() const { return projection_; }
  const History& history() const { return *history_; }
  std::string_view profile_key() const { return profile_key_; }

  // The timeline of the audience: steps 1 to 6, the held-out share included.
  const Signal& AudienceTimeline(size_t audience);

  // The same after steps 1 to 5: what other audiences see of it.
  const Signal& GatedTimeline(size_t audience);

  Standing At(size_t audience, Instant t);
  // The same with all of its instants, whatever since() is.
  Standing WholeAt(size_t audience, Instant t);

  // What is asked of everybody. These look at the instant (glance/glance.h) and
  // make timelines only where something is to be told; they say what At() says.

  // Whether the audience holds at `t`.
  bool Holds(size_t audience, Instant t);
  // Calls `visit` with each audience that holds at `t`, in order.
  void ForEachThatHolds(Instant t, absl::FunctionRef<void(size_t)> visit);
  // Calls `visit` with each audience that holds at `t`, may hold later if no
  // further event comes, or is one of `known`, in order. Of all others At()
  // says that they do not hold and will not flip. `known` is sorted.
  void ForEachStanding(Instant t, absl::Span<const uint32_t> known,
                       absl::FunctionRef<void(size_t, const Standing&)> visit);
  // The same of `audiences` alone, sorted as well.
  void ForEachStandingAmong(
      absl::Span<const uint32_t> audiences, Instant t,
      absl::Span<const uint32_t> known,
      absl::FunctionRef<void(size_t, const Standing&)> visit);

  // The events and values that make the profile a member at `t`; during `stay`
  // those of the last instant of the match. Empty where `who` and `stay` do not
  // hold at `t`.
  Evidence EvidenceAt(size_t audience, Instant t);

  // What the audience's `context` names, as it stands at `t`: one JSON object
  // whose names are those of the proto message Context, in canonical form, so
  // that equal contexts are equal texts. Empty where the audience names none or
  // the profile is not in at `t`.
  std::string ContextAt(size_t audience, Instant t);

  // Whether the profile grants at `t` every purpose that the audience asks for.
  bool Consented(size_t audience, Instant t);

  // Whether the profile is in the control share of the audience.
  bool HeldOut(size_t audience) const;

  // Whether all audiences can be told at `t` and later: no event that counts
  // then is missing.
  bool IsTold(Instant t) const { return t >= all_told_from_; }

  class Conditions;  // evaluation of single conditions, for explanations
  Conditions& conditions() { return ConditionsIn(whole_); }

 private:
  struct Timelines;  // of one audience
  // What is computed of one profile, from some instant on.
  struct Reach {
    std::unique_ptr<Conditions> conditions;
    uint64_t turn = 0;  // of the profile that the conditions are of
    std::vector<std::unique_ptr<Timelines>> timelines;  // by audience
  };

  Conditions& ConditionsIn(Reach& reach);
  // The one that an audience needs of which `reach` is asked.
  Reach& Within(Reach& reach, size_t audience);
  Timelines& TimelinesIn(Reach& wanted, size_t audience);
  const Signal& PublishedIn(Reach& wanted, size_t audience);
  Standing StandingIn(Reach& reach, size_t audience, Instant t);
  Glance& GlanceAt(Instant t, bool only_now);

  const Projection& projection_;
  const Micros longest_look_back_;  // of the conditions of an audience
  // How far back an audience remembers what it was in for: by its own `stay`
  // and those of the audiences that it names.
  const Micros longest_memory_;
  const History* history_ = nullptr;
  std::string_view profile_key_;
  Instant since_ = Instant::Never();
  // Conditions can be told from here on: no event that counts is missing.
  Instant told_from_;
  Instant all_told_from_;
  uint64_t turn_ = 0;  // counts the profiles
  Reach whole_;        // of all time
  Reach recent_;       // right at since_ and later

  std::unique_ptr<Glance> glance_;  // made when first asked for
  uint64_t glance_turn_ = 0;        // of the profile it looks at
  Instant glance_at_;
  bool glance_only_now_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EVALUATION_H_
