#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_

#include <string>
#include <vector>

#include "tests/oracle/generator/dice.h"
#include "tests/oracle/generator/random_history.h"
#include "tests/oracle/generator/tree.h"

namespace audienced::oracle {

// Makes the conditions of one rulebook. The names that they use are those that
// RandomRulebook() defines. Now and then repeats a condition: equal ones are
// evaluated once, where they mean the same.
class ConditionMaker {
 public:
  ConditionMaker(const Scale& scale, Dice& dice) : scale_(scale), dice_(dice) {}

  // The audiences that the conditions made from now on may ask.
  void MayAsk(std::vector<std::string> others) { others_ = std::move(others); }

  // With combinations at most `depth` deep.
  Tree Condition(int depth);
  // A few tests on properties.
  Tree Where();
  // A whole number of units, one at least.
  std::string Span();

 private:
  Tree Did();
  Tree Sequence();
  Tree Combination(int depth);
  Tree Other();
  Tree Selection();
  Tree Step(bool negated);
  void SetWindow(Tree& condition);
  void SetAggregate(Tree& did, bool of_nothing);
  Tree Comparison(std::initializer_list<const char*> bounds, bool of_nothing);
  std::string InstantText();

  const Scale& scale_;
  Dice& dice_;
  std::vector<std::string> others_;
  std::vector<Tree> made_;  // on events only
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_
