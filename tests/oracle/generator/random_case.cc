#include "tests/oracle/generator/random_case.h"

#include "absl/strings/str_cat.h"

namespace audienced::oracle {

RandomCase CaseOf(uint64_t seed) {
  Dice dice(seed);
  const Scale scale = RandomScale(dice);
  RandomRules rules = RandomRulebook(scale, dice);
  return {std::move(rules), RandomHistory(scale, dice)};
}

std::string Text(const RandomCase& random_case) {
  std::string text = absl::StrCat(
      "# definitions.yaml\n", random_case.rules.definitions.Yaml(),
      "# audiences.yaml\n", random_case.rules.audiences.Yaml(), "events:\n");
  for (const Event& event : random_case.events) {
    absl::StrAppend(&text, "  ", EventLine(event), "\n");
  }
  return text;
}

}  // namespace audienced::oracle
