#ifndef AUDIENCED_RULES_ENGINE_COMPILE_DEMAND_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_DEMAND_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/engine/compile/program.h"

namespace audienced {

// At least `times` events that `filter` means, read as they are, each less than
// `horizon` old.
struct EventDemand {
  uint32_t filter = 0;  // index into Program::filters
  int64_t times = 1;
  Micros horizon = kLooksBackForEver;
};

// One of them is met.
using DemandList = std::vector<EventDemand>;

// What must have happened until `t`, so that a condition or an audience holds
// at `t`, or at any later instant if no further event comes. Absent where it
// can hold whatever happened. Not all that must have happened: enough to be
// rare.
class DemandFinder {
 public:
  // SetHorizons() has been called. Borrows `program`.
  explicit DemandFinder(const Program& program)
      : program_(program), known_(program.audiences.size()) {}

  // Of the audience after steps 1 to 5, and so of its publication.
  std::optional<DemandList> OfAudience(size_t audience);

  // Of the `did` that a `did_not` is the complement of.
  std::optional<DemandList> OfDid(const CompiledDid& did) const;
  std::optional<DemandList> OfSequence(const CompiledSequence& sequence) const;
  std::optional<DemandList> OfRung(const CompiledOnRung& on) const;

 private:
  using Demands = std::optional<DemandList>;

  Demands OfCondition(ConditionIndex index);
  Demands Of(const CompiledDid& did);
  Demands Of(const CompiledSequence& sequence) { return OfSequence(sequence); }
  Demands Of(const CompiledOnRung& on) { return OfRung(on); }
  Demands Of(const CompiledCombination& combination);
  Demands Of(const CompiledInAudience& in);
  Demands Of(const CompiledScore& test) const;
  template <typename Other>
  Demands Of(const Other&) const {
    return std::nullopt;
  }

  const Program& program_;
  std::vector<std::optional<Demands>> known_;  // by audience
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_DEMAND_H_
