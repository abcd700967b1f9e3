#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_

#include <string>
#include <vector>

#include "tests/oracle/generator/dice.h"
#include "tests/oracle/generator/random_history.h"
#include "tests/oracle/generator/tree.h"

namespace audienced::oracle {

// One file of a rulebook.
struct RuleFile {
  std::string name;
  Tree content;
};

// A rulebook of three files, each with a time zone of its own: definitions, and
// one to three small audiences in two. Without errors; over the whole language
// but `sample` and `holdout`; most often what is most often written. Its
// windows and waits are whole numbers of the unit of `scale`.
std::vector<RuleFile> RandomRulebook(const Scale& scale, Dice& dice);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_RULEBOOK_H_
