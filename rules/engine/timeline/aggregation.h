#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_AGGREGATION_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_AGGREGATION_H_

#include <cstdint>
#include <map>

#include "rules/engine/compile/program.h"
#include "rules/engine/timeline/event_selection.h"

namespace audienced {

// The aggregate of a `did` over the events that are counted at the moment, as
// they come and go. Borrows its arguments.
class Aggregation {
 public:
  // Of the events read for `value` of `same`; kAbsent without it.
  Aggregation(const CompiledDid& did, Cell value,
              const EventSelection& selection)
      : did_(did), value_(value), selection_(selection) {}

  void Add(size_t event) { Change(event, 1); }
  void Remove(size_t event) { Change(event, -1); }

  // Whether the comparison of the `did` holds; `did_not` is not regarded.
  bool Satisfied() const;

 private:
  void Change(size_t event, int by);
  void ChangeValue(Cell cell, int by);
  void Count(int64_t value, int by);

  const CompiledDid& did_;
  const Cell value_;
  const EventSelection& selection_;
  int64_t events_ = 0;
  WideDecimal total_ = 0;
  int64_t amounts_ = 0;
  std::map<int64_t, int64_t> values_;  // how often each occurs
};

// Whether the comparison holds where no event is counted.
bool IsSatisfiedByNothing(const CompiledDid& did);

// Whether `value` / `count` (millionths) compares so, without dividing.
bool Compares(const Comparison& comparison, WideDecimal value,
              int64_t count = 1);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_AGGREGATION_H_
