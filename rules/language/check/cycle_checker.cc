#include "rules/language/check/cycle_checker.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "rules/language/check/condition_walk.h"
#include "rules/language/parser/scope.h"

namespace audienced {
namespace {

// One use of an audience inside another.
struct Use {
  size_t audience;
  Place place;
  std::string path;
};

using Uses = std::vector<std::vector<Use>>;

Uses CollectUses(const Rulebook& rulebook) {
  std::map<std::string, size_t> numbers;
  for (size_t i = 0; i < rulebook.audiences.size(); ++i) {
    numbers.emplace(rulebook.audiences[i].name, i);
  }
  Uses uses(rulebook.audiences.size());
  for (size_t i = 0; i < rulebook.audiences.size(); ++i) {
    ForEachCondition(rulebook.audiences[i], [&](const Condition& condition) {
      const auto* in = std::get_if<InAudience>(&condition.node);
      if (in == nullptr) return;
      const auto number = numbers.find(in->audience);
      if (number == numbers.end()) return;
      uses[i].push_back({number->second, in->place, condition.path});
    });
  }
  return uses;
}

// An audience whose uses are being followed.
struct Visit {
  size_t audience;
  size_t next_use = 0;
};

// The names from the first audience of the cycle back to it. Of a long cycle
// the beginning is enough to find it.
std::string CycleText(const Rulebook& rulebook, const std::vector<Visit>& path,
                      size_t first) {
  constexpr int kShownNames = 8;
  std::string text;
  int names = 0;
  bool inside = false;
  for (const Visit& visit : path) {
    inside = inside || visit.audience == first;
    if (!inside) continue;
    if (++names > kShownNames) {
      text += "... -> ";
      break;
    }
    text += rulebook.audiences[visit.audience].name + " -> ";
  }
  return text + rulebook.audiences[first].name;
}

void FaultCycle(const Rulebook& rulebook, const std::vector<Visit>& path,
                const Use& closing, Diagnostics& diagnostics) {
  Scope(diagnostics)
      .Of("audience", rulebook.audiences[path.back().audience].name)
      .At(closing.path)
      .Fault("audience-cycle", closing.place,
             Concat("the audience depends on itself: ",
                    CycleText(rulebook, path, closing.audience)),
             "give the common part a name as an audience of its own");
}

}  // namespace

// Depth first with a stack of its own: a chain of audiences may be as long as
// the rulebook.
void CheckForCycles(const Rulebook& rulebook, Diagnostics& diagnostics) {
  enum class State { kNew, kOpen, kDone };
  const Uses uses = CollectUses(rulebook);
  std::vector<State> states(uses.size(), State::kNew);
  for (size_t start = 0; start < uses.size(); ++start) {
    if (states[start] != State::kNew) continue;
    std::vector<Visit> path = {{start}};
    states[start] = State::kOpen;
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next_use == uses[visit.audience].size()) {
        states[visit.audience] = State::kDone;
        path.pop_back();
        continue;
      }
      const Use& use = uses[visit.audience][visit.next_use++];
      if (states[use.audience] == State::kOpen) {
        FaultCycle(rulebook, path, use, diagnostics);
      } else if (states[use.audience] == State::kNew) {
        states[use.audience] = State::kOpen;
        path.push_back({use.audience});
      }
    }
  }
}

}  // namespace audienced
