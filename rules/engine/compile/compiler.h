#ifndef AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_

#include <map>
#include <string>
#include <vector>

#include "rules/engine/compile/program.h"
#include "rules/language/model.h"

namespace audienced {

// Turns a checked rulebook into the program that the engine runs. Equal
// selectors become one letter, equal conditions one condition, equal columns
// one column. Used once.
class Compiler {
 public:
  explicit Compiler(const Rulebook& rulebook) : rulebook_(rulebook) {}

  Program Run();

 private:
  void AddCommonColumns();
  void AddAudience(const Audience& audience);
  void AddScore(const Score& score);
  std::vector<size_t> TakenBefore(const Audience& audience) const;

  // The number of the condition, which is made where it is new.
  ConditionIndex Add(const Condition& condition, const std::string& time_zone);
  CompiledCondition Make(const Did& did, absl::TimeZone zone);
  CompiledCondition Make(const Sequence& sequence, absl::TimeZone zone);
  CompiledCondition Make(const OnRung& on, absl::TimeZone zone);
  CompiledCondition Make(const TraitTests& traits, absl::TimeZone zone);
  CompiledCondition Make(const InAudience& in, absl::TimeZone zone);
  CompiledCondition Make(const ScoreTest& test, absl::TimeZone zone);
  CompiledCondition Make(const KnownFor& known, absl::TimeZone zone);
  CompiledCondition Make(const Sample& sample, absl::TimeZone zone);
  CompiledCondition Make(const Consented& consented, absl::TimeZone zone);
  CompiledCondition Make(const Combination& combination,
                         const std::string& time_zone);

  EventFilter Filter(const Selection& selection, const Where& where);
  EventFilter Filter(const NamedConversion& conversion);
  EventFilter::Source SourceOf(const Conversion& conversion);
  Grouping GroupBy(const std::string& property);
  ColumnRef ColumnOf(const Aggregate& aggregate);

  uint32_t Letter(const Selector& selector);
  size_t EventColumn(Column column);
  size_t ItemColumn(Column column);
  uint32_t PurposeOf(const std::string& name) const;

  const Rulebook& rulebook_;
  Program program_;
  std::map<std::string, uint32_t> letters_;           // by description
  std::map<std::string, ConditionIndex> conditions_;  // by description
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_
