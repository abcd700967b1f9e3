#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_

#include <string>
#include <vector>

#include "tests/oracle/generator/dice.h"
#include "tests/oracle/generator/random_history.h"
#include "tests/oracle/generator/tree.h"

namespace audienced::oracle {

// Makes conditions for one audience. The names that they use are those that
// RandomRulebook() defines.
class ConditionMaker {
 public:
  // `others`: the audiences that may be asked.
  ConditionMaker(const Scale& scale, std::vector<std::string> others,
                 Dice& dice)
      : scale_(scale), others_(std::move(others)), dice_(dice) {}

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
  const std::vector<std::string> others_;
  Dice& dice_;
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CONDITION_H_
