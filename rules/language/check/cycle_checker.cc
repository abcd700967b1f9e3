#include "rules/language/check/cycle_checker.h"

#include <algorithm>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "rules/language/check/condition_walk.h"
#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

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

// What follows the uses later, to compare or to evaluate, calls itself for
// each.
void FaultDepth(const Rulebook& rulebook, size_t audience, const Use& use,
                Diagnostics& diagnostics) {
  Scope(diagnostics)
      .Of("audience", rulebook.audiences[audience].name)
      .At(use.path)
      .Fault("too-deep", use.place,
             Concat("audiences that use each other are nested deeper than ",
                    std::to_string(kDepthLimit), " levels"),
             "say part of the condition again instead of using the audience");
}

// The most levels of audiences that any of `uses` has; 0 where there is none.
int DepthBelow(const std::vector<int>& depths, const std::vector<Use>& uses) {
  int depth = 0;
  for (const Use& use : uses) depth = std::max(depth, depths[use.audience]);
  return depth;
}

// Depth first with a stack of its own: a chain of audiences may be as long as
// the rulebook.
void CheckForCycles(const Rulebook& rulebook, Diagnostics& diagnostics) {
  enum class State { kNew, kOpen, kDone };
  const Uses uses = CollectUses(rulebook);
  std::vector<State> states(uses.size(), State::kNew);
  std::vector<int> depths(uses.size(), 0);
  bool has_cycle = false;
  for (size_t start = 0; start < uses.size(); ++start) {
    if (states[start] != State::kNew) continue;
    std::vector<Visit> path = {{start}};
    states[start] = State::kOpen;
    while (!path.empty()) {
      Visit& visit = path.back();
      if (visit.next_use == uses[visit.audience].size()) {
        states[visit.audience] = State::kDone;
        int& depth = depths[visit.audience];
        depth = DepthBelow(depths, uses[visit.audience]) + 1;
        // Once where the limit is passed, not in all that stands above; a
        // cycle is fault enough.
        if (!has_cycle && depth == kDepthLimit + 1) {
          FaultDepth(rulebook, visit.audience, uses[visit.audience].front(),
                     diagnostics);
        }
        path.pop_back();
        continue;
      }
      const Use& use = uses[visit.audience][visit.next_use++];
      if (states[use.audience] == State::kOpen) {
        has_cycle = true;
        FaultCycle(rulebook, path, use, diagnostics);
      } else if (states[use.audience] == State::kNew) {
        states[use.audience] = State::kOpen;
        path.push_back({use.audience});
      }
    }
  }
}

}  // namespace audienced
