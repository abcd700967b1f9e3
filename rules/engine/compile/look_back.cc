#include "rules/engine/compile/look_back.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

namespace audienced {
namespace {

class Walk {
 public:
  explicit Walk(Program& program)
      : program_(program), known_(program.audiences.size()) {}

  // Of steps 1 to 5, in which audiences do not look at each other in circles;
  // what a group takes away is told by those of its audiences.
  Micros OfAudience(size_t index) {
    if (known_[index]) return *known_[index];
    AudienceProgram& audience = program_.audiences[index];
    Micros longest = OfCondition(audience.who);
    if (audience.except) {
      longest = std::max(longest, OfCondition(*audience.except));
    }
    audience.conditions_look_back = longest;
    known_[index] = longest + audience.stay + audience.rejoin_after;
    return *known_[index];
  }

 private:
  Micros OfCondition(ConditionIndex index) {
    const CompiledCondition& condition = program_.conditions[index];
    if (const auto* in = std::get_if<CompiledInAudience>(&condition)) {
      return OfAudience(in->audience);
    }
    Micros longest = 0;
    if (const auto* parts = std::get_if<CompiledCombination>(&condition)) {
      for (const ConditionIndex part : parts->parts) {
        longest = std::max(longest, OfCondition(part));
      }
    }
    return longest;
  }

  Program& program_;
  std::vector<std::optional<Micros>> known_;  // by audience
};

}  // namespace

Micros SetLookBack(Program& program) {
  Walk walk(program);
  Micros longest = 0;
  for (size_t i = 0; i < program.audiences.size(); ++i) {
    longest = std::max(longest, walk.OfAudience(i));
  }
  return longest;
}

}  // namespace audienced
