#include "rules/engine/compile/compiler.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/engine/timeline/window_interval.h"
#include "rules/language/meaning/canonical_text.h"

namespace audienced {
namespace {

Micros ToMicros(const std::optional<absl::Duration>& duration) {
  return duration ? absl::ToInt64Microseconds(*duration) : 0;
}

CompiledWindow WindowIn(const absl::TimeZone& zone, const Window& window) {
  CompiledWindow compiled;
  compiled.time_zone = zone;
  switch (window.kind) {
    case Window::Kind::kEver:
      break;
    case Window::Kind::kInLast:
    case Window::Kind::kAgo:
      compiled.at_least = absl::ToInt64Microseconds(window.at_least);
      if (window.below != absl::InfiniteDuration()) {
        compiled.below = absl::ToInt64Microseconds(window.below);
      }
      break;
    case Window::Kind::kSince:
      compiled.from = ToInstant(window.from);
      break;
    case Window::Kind::kBetween:
      compiled.from = ToInstant(window.from);
      compiled.until = ToInstant(window.until);
      break;
    case Window::Kind::kCalendar:
      compiled.word = window.word;
      break;
  }
  return compiled;
}

size_t IndexOf(std::vector<Column>& columns, Column column) {
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found != columns.end()) return found - columns.begin();
  columns.push_back(std::move(column));
  return columns.size() - 1;
}

template <typename Named>
size_t IndexOfName(const std::vector<Named>& all, const std::string& name) {
  return std::find_if(all.begin(), all.end(),
                      [&](const Named& each) { return each.name == name; }) -
         all.begin();
}

}  // namespace

Compiler::Compiler(const Rulebook& rulebook, Columns columns,
                   const Program* former)
    : rulebook_(rulebook), columns_(columns), meaning_(rulebook) {
  if (former == nullptr) return;
  program_.letters = former->letters;
  program_.event_columns = former->event_columns;
  program_.item_columns = former->item_columns;
  for (uint32_t i = 0; i < program_.letters.size(); ++i) {
    letters_.emplace(program_.letters[i].meaning, i);
  }
}

Program Compiler::Run() {
  AddCommonColumns();
  for (const ConsentPurpose& purpose : rulebook_.consents) {
    program_.purposes.emplace_back(purpose.name, purpose.granted_by_default);
  }
  for (const Score& score : rulebook_.scores) AddScore(score);
  for (const Audience& audience : rulebook_.audiences) AddAudience(audience);
  for (const Conversion& conversion : rulebook_.conversions) {
    program_.conversions.push_back(Filter(conversion));
  }
  return std::move(program_);
}

void Compiler::AddCommonColumns() {
  program_.session_column = EventColumn({Column::Kind::kText, "session_id"});
  program_.name_column = EventColumn({Column::Kind::kEventName, ""});
  program_.item_id_column = ItemColumn({Column::Kind::kText, "item_id"});
  program_.price_column = ItemColumn({Column::Kind::kNumber, "price"});
  program_.quantity_column = ItemColumn({Column::Kind::kNumber, "quantity"});
  program_.item_detail_column = ItemColumn({Column::Kind::kItemDetail, ""});
  if (columns_ == Columns::kOfRules) return;
  program_.amounts = {EventColumn({Column::Kind::kNumber, "value"}),
                      EventColumn({Column::Kind::kText, "currency"}),
                      ItemColumn({Column::Kind::kText, "currency"})};
}

void Compiler::AddAudience(const Audience& audience) {
  AudienceProgram compiled;
  compiled.who = Add(audience.who, audience.time_zone);
  compiled.stay = ToMicros(audience.stay);
  if (audience.except) {
    compiled.except = Add(*audience.except, audience.time_zone);
  }
  for (const Consented& consent : audience.consent) {
    compiled.consent.push_back(PurposeOf(consent.purpose));
  }
  if (audience.active) {
    compiled.active = {audience.active->from, audience.active->until};
  }
  compiled.rejoin_after = ToMicros(audience.rejoin_after);
  compiled.taken_before = TakenBefore(audience);
  program_.audiences.push_back(std::move(compiled));
}

std::vector<size_t> Compiler::TakenBefore(const Audience& audience) const {
  std::vector<size_t> before;
  for (size_t i = 0; i < rulebook_.audiences.size(); ++i) {
    if (TakesProfilesFrom(rulebook_.audiences[i], audience)) {
      before.push_back(i);
    }
  }
  return before;
}

void Compiler::AddScore(const Score& score) {
  ScoreProgram compiled;
  for (const Score::Points& points : score.points) {
    compiled.points.push_back(
        {Filter(*rulebook_.FindConversion(points.conversion.name)),
         points.points});
  }
  compiled.half_life = ToMicros(score.half_life);
  compiled.by_quantity = score.by_quantity;
  program_.scores.push_back(std::move(compiled));
}

ConditionIndex Compiler::Add(const Condition& condition,
                             const std::string& time_zone) {
  if (const auto* combination = std::get_if<Combination>(&condition.node)) {
    return Add(*combination, time_zone);
  }
  const std::string key = CanonicalText(condition, time_zone, meaning_);
  const auto known = conditions_.find(key);
  if (known != conditions_.end()) return known->second;
  return Keep(key,
              std::visit(
                  [&](const auto& node) -> CompiledCondition {
                    if constexpr (std::is_same_v<std::decay_t<decltype(node)>,
                                                 Combination>) {
                      return CompiledCombination();  // told apart above
                    } else {
                      return Make(node, ZoneOf(time_zone));
                    }
                  },
                  condition.node));
}

ConditionIndex Compiler::Add(const Combination& combination,
                             const std::string& time_zone) {
  CompiledCombination compiled{combination.kind, {}};
  std::string key =
      absl::StrCat("combination ", static_cast<int>(combination.kind));
  for (const Condition& part : combination.parts) {
    compiled.parts.push_back(Add(part, time_zone));
    absl::StrAppend(&key, " ", compiled.parts.back());
  }
  const auto known = conditions_.find(key);
  if (known != conditions_.end()) return known->second;
  return Keep(key, std::move(compiled));
}

ConditionIndex Compiler::Keep(const std::string& key,
                              CompiledCondition condition) {
  const auto index = static_cast<ConditionIndex>(program_.conditions.size());
  program_.conditions.push_back(std::move(condition));
  conditions_.emplace(key, index);
  return index;
}

CompiledCondition Compiler::Make(const Did& did, absl::TimeZone zone) {
  CompiledDid compiled;
  compiled.filter = Filter(did.of, did.where);
  compiled.considered = Filter(did.of, {});
  compiled.window = WindowIn(zone, did.window);
  compiled.which = did.which;
  compiled.aggregate = did.aggregate.kind;
  compiled.of = ColumnOf(did.aggregate);
  compiled.comparison = did.aggregate.comparison;
  compiled.same = GroupBy(did.same);
  compiled.in_one_session = did.in_one_session;
  compiled.negated = did.negated;
  compiled.is_seen_whole = IsSeenWhole(compiled.filter, compiled.same);
  return compiled;
}

CompiledCondition Compiler::Make(const Sequence& sequence,
                                 absl::TimeZone zone) {
  CompiledSequence compiled;
  compiled.all_within = ToMicros(sequence.all_within);
  compiled.window = WindowIn(zone, sequence.window);
  compiled.same = GroupBy(sequence.same);
  compiled.anchor = sequence.anchor;
  std::vector<CompiledSequence::Ending> open;  // since the last `did`
  for (const Step& step : sequence.steps) {
    const EventFilter filter = Filter(step.of, step.where);
    if (step.negated) {
      open.push_back({filter,
                      ToMicros(step.within) + ToMicros(step.for_at_least),
                      step.within.has_value()});
      continue;
    }
    CompiledSequence::DidStep did{filter, ToMicros(step.within), {}};
    for (CompiledSequence::Ending& between : open) {
      did.absent.push_back(std::move(between.filter));
    }
    open.clear();
    compiled.steps.push_back(std::move(did));
  }
  compiled.endings = std::move(open);
  for (const CompiledSequence::DidStep& step : compiled.steps) {
    compiled.filters.push_back(step.filter);
    compiled.filters.insert(compiled.filters.end(), step.absent.begin(),
                            step.absent.end());
  }
  for (const CompiledSequence::Ending& ending : compiled.endings) {
    compiled.filters.push_back(ending.filter);
  }
  for (const EventFilter& filter : compiled.filters) {
    compiled.is_seen_whole &= IsSeenWhole(filter, compiled.same);
  }
  return compiled;
}

CompiledCondition Compiler::Make(const OnRung& on, absl::TimeZone zone) {
  const Ladder& ladder =
      rulebook_.ladders[IndexOfName(rulebook_.ladders, on.ladder)];
  CompiledOnRung compiled;
  for (const NamedConversion& rung : ladder.rungs) {
    if (rung.name == on.rung) compiled.rung = compiled.rungs.size();
    compiled.rungs.push_back(Filter(*rulebook_.FindConversion(rung.name)));
  }
  compiled.all_within = ToMicros(ladder.all_within);
  compiled.window = WindowIn(zone, on.window);
  return compiled;
}

CompiledCondition Compiler::Make(const TraitTests& traits, absl::TimeZone) {
  CompiledTraits compiled;
  for (const PropertyTest& test : traits.tests) {
    compiled.tests.push_back(Compile(test));
  }
  return compiled;
}

CompiledCondition Compiler::Make(const InAudience& in, absl::TimeZone) {
  return CompiledInAudience{IndexOfName(rulebook_.audiences, in.audience),
                            in.negated};
}

CompiledCondition Compiler::Make(const ScoreTest& test, absl::TimeZone) {
  return CompiledScore{IndexOfName(rulebook_.scores, test.score),
                       test.comparison};
}

CompiledCondition Compiler::Make(const Consented& consented, absl::TimeZone) {
  return CompiledConsent{PurposeOf(consented.purpose)};
}

EventFilter Compiler::Filter(const Selection& selection, const Where& where) {
  EventFilter filter;
  if (selection.inline_selector) {
    filter.sources.push_back({Letter(*selection.inline_selector), {}});
  }
  for (const NamedConversion& named : selection.conversions) {
    filter.sources.push_back(SourceOf(*rulebook_.FindConversion(named.name)));
  }
  if (!where.empty()) {
    Selector selector;
    selector.any_event = true;
    selector.where = where;
    filter.where_letter = Letter(selector);
  }
  return Numbered(std::move(filter));
}

EventFilter Compiler::Filter(const Conversion& conversion) {
  EventFilter filter;
  filter.sources.push_back(SourceOf(conversion));
  return Numbered(std::move(filter));
}

EventFilter Compiler::Numbered(EventFilter filter) {
  std::string key;
  for (const EventFilter::Source& source : filter.sources) {
    absl::StrAppend(&key, source.letter);
    if (source.once) {
      filter.has_once = true;
      absl::StrAppend(&key, " once ", *source.once);
    }
    absl::StrAppend(&key, ", ");
  }
  if (filter.where_letter) absl::StrAppend(&key, "and ", *filter.where_letter);
  const auto [entry, is_new] = filters_.emplace(
      std::move(key), static_cast<uint32_t>(program_.filters.size()));
  filter.number = entry->second;
  if (is_new) program_.filters.push_back(filter);
  return filter;
}

EventFilter::Source Compiler::SourceOf(const Conversion& conversion) {
  EventFilter::Source source{Letter(conversion.selector), {}};
  if (!conversion.once_per) return source;
  const auto [entry, is_new] = once_filters_.emplace(
      conversion.name, static_cast<uint32_t>(program_.once_filters.size()));
  source.once = entry->second;
  if (!is_new) return source;
  OnceFilter once;
  once.letter = source.letter;
  once.kind = conversion.once_per->kind;
  once.time_zone = ZoneOf(conversion.time_zone);
  once.column =
      once.kind == OncePer::Kind::kProperty
          ? EventColumn({Column::Kind::kText, conversion.once_per->property})
          : program_.session_column;
  program_.once_filters.push_back(std::move(once));
  return source;
}

Grouping Compiler::GroupBy(const std::string& property) {
  Grouping grouping;
  if (property.empty()) return grouping;
  grouping.active = true;
  grouping.of_item = IsItemProperty(property);
  if (grouping.of_item) {
    grouping.column = ItemColumn({Column::Kind::kText, property});
    grouping.class_column = ItemColumn({Column::Kind::kItemClass, property});
  } else {
    grouping.column = EventColumn({Column::Kind::kText, property});
  }
  return grouping;
}

// Under `same` on a property of items an event is read as if it held some of
// its items only.
bool Compiler::IsSeenWhole(const EventFilter& filter,
                           const Grouping& grouping) const {
  if (!grouping.active || !grouping.of_item) return true;
  const auto keeps = [&](uint32_t letter) {
    return KeepsWithMoreItems(program_.letters[letter]);
  };
  return std::all_of(filter.sources.begin(), filter.sources.end(),
                     [&](const EventFilter::Source& source) {
                       return keeps(source.letter);
                     }) &&
         (!filter.where_letter || keeps(*filter.where_letter));
}

ColumnRef Compiler::ColumnOf(const Aggregate& aggregate) {
  if (aggregate.of.empty()) return {};
  const bool as_text = aggregate.kind == Aggregate::Kind::kDistinct;
  ColumnRef reference{IsItemProperty(aggregate.of), 0};
  Column column{as_text ? Column::Kind::kText : Column::Kind::kNumber,
                aggregate.of};
  if (aggregate.of == "item_value" && !as_text) {
    column = {Column::Kind::kItemValue, ""};
  }
  reference.column = reference.of_item ? ItemColumn(std::move(column))
                                       : EventColumn(std::move(column));
  return reference;
}

uint32_t Compiler::Letter(const Selector& selector) {
  CompiledSelector compiled = Compile(selector);
  const auto [entry, is_new] = letters_.emplace(
      compiled.meaning, static_cast<uint32_t>(program_.letters.size()));
  if (is_new) program_.letters.push_back(std::move(compiled));
  return entry->second;
}

size_t Compiler::EventColumn(Column column) {
  return IndexOf(program_.event_columns, std::move(column));
}

size_t Compiler::ItemColumn(Column column) {
  return IndexOf(program_.item_columns, std::move(column));
}

uint32_t Compiler::PurposeOf(const std::string& name) const {
  return static_cast<uint32_t>(IndexOfName(rulebook_.consents, name));
}

}  // namespace audienced
