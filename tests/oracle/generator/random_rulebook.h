#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_

#include "tests/oracle/generator/dice.h"
#include "tests/oracle/generator/random_history.h"
#include "tests/oracle/generator/tree.h"

namespace audienced::oracle {

// A rulebook of two files with time zones of their own.
struct RandomRules {
  Tree definitions;  // conversions, ladders, scores, consents
  Tree audiences;
};

// One to three small audiences, without errors, over the whole language but
// `sample` and `holdout`; most often what is most often written. Its windows
// and waits are whole numbers of the unit of `scale`.
RandomRules RandomRulebook(const Scale& scale, Dice& dice);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_
