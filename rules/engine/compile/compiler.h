#ifndef AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_

#include <map>
#include <string>
#include <vector>

#include "rules/engine/compile/program.h"
#include "rules/language/meaning/rulebook_meaning.h"
#include "rules/language/model.h"

namespace audienced {

// Turns a checked rulebook into the program that the engine runs. Equal
// selectors become one letter, equal conditions one condition, equal columns
// one column. Used once.
class Compiler {
 public:
  // Letters and columns that `former` has keep their numbers and stand before
  // all others, asked for or not. Null: there is none.
  Compiler(const Rulebook& rulebook, Columns columns, const Program* former);

  Program Run();

 private:
  void AddCommonColumns();
  void AddAudience(const Audience& audience);
  void AddScore(const Score& score);
  std::vector<size_t> TakenBefore(const Audience& audience) const;

  // The number of the condition, which is made where no equal one is. The parts
  // of a combination stay in their order.
  ConditionIndex Add(const Condition& condition, const std::string& time_zone);
  ConditionIndex Add(const Combination& combination,
                     const std::string& time_zone);
  ConditionIndex Keep(const std::string& key, CompiledCondition condition);
  CompiledCondition Make(const Did& did, absl::TimeZone zone);
  CompiledCondition Make(const Sequence& sequence, absl::TimeZone zone);
  CompiledCondition Make(const OnRung& on, absl::TimeZone zone);
  CompiledCondition Make(const TraitTests& traits, absl::TimeZone zone);
  CompiledCondition Make(const InAudience& in, absl::TimeZone zone);
  CompiledCondition Make(const ScoreTest& test, absl::TimeZone zone);
  CompiledCondition Make(const KnownFor& known, absl::TimeZone) {
    return CompiledKnownFor{absl::ToInt64Microseconds(known.at_least)};
  }
  CompiledCondition Make(const Sample& sample, absl::TimeZone) {
    return CompiledSample{sample.percent, sample.salt};
  }
  CompiledCondition Make(const Consented& consented, absl::TimeZone zone);

  EventFilter Filter(const Selection& selection, const Where& where);
  EventFilter Filter(const Conversion& conversion);
  EventFilter Numbered(EventFilter filter);
  EventFilter::Source SourceOf(const Conversion& conversion);
  Grouping GroupBy(const std::string& property);
  bool IsSeenWhole(const EventFilter& filter, const Grouping& grouping) const;
  ColumnRef ColumnOf(const Aggregate& aggregate);

  uint32_t Letter(const Selector& selector);
  size_t EventColumn(Column column);
  size_t ItemColumn(Column column);
  uint32_t PurposeOf(const std::string& name) const;

  const Rulebook& rulebook_;
  const Columns columns_;
  const RulebookMeaning meaning_;
  Program program_;
  // By what they mean.
  std::map<std::string, uint32_t> letters_;
  std::map<std::string, uint32_t> filters_;
  std::map<std::string, uint32_t> once_filters_;  // by conversion
  std::map<std::string, ConditionIndex> conditions_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_COMPILER_H_
