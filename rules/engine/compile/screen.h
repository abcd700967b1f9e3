#ifndef AUDIENCED_RULES_ENGINE_COMPILE_SCREEN_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_SCREEN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/engine/compile/program.h"

namespace audienced {

// A program once more, laid out for the question that is asked of everybody all
// the time: which audiences hold at this instant, or will? (glance/glance.h).
// Plain data, made from the program and never changed after.
//
// An audience is told by what must have happened for it: "three views in the
// last week" needs three such events, not older than that. These demands are
// sorted by what a profile can have: by filter, by how many, by how old. So of
// thousands of audiences only those are looked at that something speaks for,
// and those that can hold for people who did nothing.
struct Screen {
  // Some of the counted filters (Counting), one bit each. Where there are more
  // filters than bits some share one.
  using FilterMarks = uint64_t;
  static constexpr uint32_t kFilterMarkCount = 64;

  // `marks` are the filters that an event below the age `until` can be of use
  // for, as long as it is not below that of the stage before.
  struct Stage {
    Micros until = 0;
    FilterMarks marks = 0;
  };
  // In the order of age, the last one for ever.
  using Stages = std::vector<Stage>;

  // Of the events of a filter that must be there for an audience, none is as
  // old as `horizon`.
  struct Demand {
    uint32_t audience = 0;
    Micros horizon = kLooksBackForEver;
  };
  // All demands of so many events of one filter: Screen::demands [first, last),
  // the longest horizon first.
  struct Demands {
    uint32_t times = 0;  // 0: the end of those of a filter
    // The next count that says something: `times`, at the end Counting::most.
    uint32_t telling = 0;
    uint32_t first = 0;
    uint32_t last = 0;
    Micros horizon = 0;  // the longest
  };

  // A condition, small: a thousand of them fit into the nearest cache.
  struct Probe {
    enum class Kind : uint8_t {
      kCount,      // a `did`: its events are counted
      kAggregate,  // a `did`: its events are added up, compared, told apart
      kAll,
      kAny,
      kNone,
      kTail,  // a `did`, sequence or rung: its signal over the last events
      kScore,
      kTraits,
      kInAudience,
      kKnownFor,
      kSample,
      kConsent,
    };
    Kind kind = Kind::kTail;
    bool negated = false;      // of a `did`
    bool is_readable = false;  // of a sequence (glance/sequence_glance.h)
    uint32_t filter = 0;
    // kCount: so many, both included. Combinations: parts [first, last) of
    // Screen::parts. kTail: without one of Screen::needs [first, last) met the
    // signal is empty, but for the negation.
    uint32_t first = 0;
    uint32_t last = 0;
    // An event at `e` counts when at_least <= t - e < below.
    Micros at_least = 0;
    Micros below = kLooksBackForEver;
  };

  // How the events of a filter are counted (glance/event_count.h).
  struct Counting {
    FilterMarks mark = 0;  // 0: not counted
    Micros horizon = 0;    // those that are not as old
    uint32_t most = 0;     // so many of them, the newest; 0: none
    // And those that may be a step before the last of a sequence.
    bool is_step = false;
    // Each opens the sequences that it can be the last step of.
    struct Opening {
      Micros span = 0;  // how far before it the other steps can lie
      // An event of this filter behind it leaves the sequence closed.
      std::optional<uint32_t> against;
    };
    std::vector<Opening> openings;
  };

  // An event of the filter that is not as old as `horizon`; with `is_against`,
  // no event of it after the newest one of the first need.
  struct Need {
    uint32_t filter = 0;
    Micros horizon = kLooksBackForEver;
    bool is_against = false;
    bool is_step = false;  // counted as Counting::is_step
  };

  struct Gate {
    ConditionIndex who = 0;
    bool is_plain = false;     // `who` alone decides
    bool is_timeline = false;  // what was before decides too: `stay` and such
  };

  std::vector<Probe> probes;          // by condition
  std::vector<ConditionIndex> parts;  // of combinations
  std::vector<Need> needs;            // of kTail
  std::vector<Gate> gates;            // by audience

  std::vector<Demand> demands;
  // Of each filter what it speaks for, the fewest times first, and an end.
  std::vector<Demands> demands_by_times;
  std::vector<uint32_t> first_demands;  // by filter: the first of these
  // Audiences that can hold whatever happened.
  std::vector<uint32_t> always;

  // By filter: the longest horizon of its demands; 0 where there are none.
  std::vector<Micros> demand_horizons;
  std::vector<Counting> counting;  // by filter
  FilterMarks single_marks = 0;    // those that no two filters share
  FilterMarks step_marks = 0;      // of Counting::is_step
  // By age: what an event can be counted for, steps left aside, and which
  // filters have demands that it can help to meet.
  Stages count_stages;
  Stages demand_stages;
};

Screen MakeScreen(const Program& program);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_SCREEN_H_
