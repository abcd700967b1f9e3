#include "tests/oracle/generator/random_case.h"

#include "absl/strings/str_cat.h"

namespace audienced::oracle {

RandomCase CaseOf(uint64_t seed) {
  Dice dice(seed);
  const Scale scale = RandomScale(dice);
  std::vector<RuleFile> rules = RandomRulebook(scale, dice);
  return {std::move(rules), RandomHistory(scale, dice)};
}

RandomCase RetentionCaseOf(uint64_t seed) {
  RandomCase made = CaseOf(seed);
  Dice dice(seed);
  const Scale scale = RandomScale(dice);  // that of the case
  // Among the spans of its rules, and the same as some.
  made.retention = dice.Pick({1, 1, 2, 2, 3, 3, 4, 5, 8}) * scale.unit;
  if (dice.Chance(15)) made.retention += absl::Microseconds(1);
  return made;
}

RandomCase LongCaseOf(uint64_t seed) {
  Dice dice(seed);
  const Scale scale = RandomScale(dice);
  std::vector<RuleFile> rules = RandomRulebook(scale, dice);
  RandomCase made{std::move(rules), LongRandomHistory(scale, dice)};
  if (dice.Chance(30)) made.retention = (1 + dice.Below(12)) * scale.unit;
  return made;
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
  if (random_case.retention != absl::InfiniteDuration()) {
    absl::StrAppend(&text,
                    "retention: ", absl::FormatDuration(random_case.retention),
                    "\n");
  }
  return text;
}

}  // namespace audienced::oracle
