#include "tests/oracle/generator/random_case.h"

#include "absl/strings/str_cat.h"

namespace audienced::oracle {

RandomCase CaseOf(uint64_t seed) {
  Dice dice(seed);
  const Scale scale = RandomScale(dice);
  std::vector<RuleFile> rules = RandomRulebook(scale, dice);
  return {std::move(rules), RandomHistory(scale, dice)};
}

std::string Text(const RandomCase& random_case) {
  std::string text;
  for (const RuleFile& file : random_case.rules) {
    absl::StrAppend(&text, "# ", file.name, "\n", file.content.Yaml());
  }
  absl::StrAppend(&text, "events:\n");
  for (const Event& event : random_case.events) {
    absl::StrAppend(&text, "  ", EventLine(event), "\n");
  }
  return text;
}

}  // namespace audienced::oracle
