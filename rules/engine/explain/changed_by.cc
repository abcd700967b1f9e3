#include "rules/engine/explain/changed_by.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "rules/engine/conditions.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kValuesTried = 5;     // of a grouping, held and seen each
constexpr size_t kSentencesTold = 10;  // of one condition

std::string SpanText(Instant from, Instant to) {
  return DurationText(absl::Microseconds(to.micros - from.micros));
}

struct Verbs {
  const char* begin;
  const char* end;
  const char* stay_false;
  const char* stay_true;
};
constexpr Verbs kOfCondition = {"would begin it", "would end it",
                                "would keep it from holding",
                                "would keep it holding"};
constexpr Verbs kOfAudience = {
    "would bring the profile in", "would take the profile out",
    "would keep the profile out", "would keep the profile in"};

// What the step from one signal to another is to a reader at `at`; absent where
// the signal is the same now and flips next when it did.
std::optional<std::string> EffectOf(const Signal& before, const Signal& after,
                                    Instant at, const Verbs& verbs) {
  const bool holds = before.Holds(at);
  const Instant next = after.NextFlip(at);
  const bool flips_later = next != Instant::Forever();
  if (holds != after.Holds(at)) {
    if (!holds) return verbs.begin;
    return flips_later ? Concat(verbs.end, " for ", SpanText(at, next))
                       : verbs.end;
  }
  const Instant announced = before.NextFlip(at);
  if (next < announced) {
    return Concat(holds ? verbs.end : verbs.begin, " after ",
                  SpanText(at, next));
  }
  if (next == announced) return std::nullopt;
  const char* stays = holds ? verbs.stay_true : verbs.stay_false;
  if (!flips_later) return stays;
  return Concat(stays, " ", SpanText(announced, next), " longer");
}

}  // namespace

struct ChangeFinder::Attempt {
  Attempt(const Trial& trial, Projection& projection, const Evaluation& like,
          Instant at)
      : words(trial.words),
        history(like.history()),
        evaluation(projection, history, like.profile_key()) {
    for (size_t i = 0; i < trial.events.size(); ++i) {
      Event event = trial.events[i];
      event.occurred_at = ToTime(at);
      event.received_at = event.occurred_at;
      event.origin = "trial";
      // After every event of the same instant, in the order of the trial.
      event.event_id = Concat("\x7f", std::to_string(i));
      history.Insert(projection.Project(event));
    }
  }

  const std::string words;
  History history;
  Evaluation evaluation;  // of `history`, which is whole before it is asked
};

ChangeFinder::ChangeFinder(Projection& projection, Evaluation& evaluation,
                           Instant at)
    : projection_(projection),
      program_(projection.rulebook().program()),
      evaluation_(evaluation),
      at_(at) {}

ChangeFinder::~ChangeFinder() = default;

ChangeFinder::Attempt* ChangeFinder::Try(const Trial& trial) {
  const auto known = by_words_.find(trial.words);
  if (known != by_words_.end()) return known->second;
  if (attempts_.size() >= kTrialLimit) return nullptr;
  attempts_.push_back(
      std::make_unique<Attempt>(trial, projection_, evaluation_, at_));
  by_words_.emplace(trial.words, attempts_.back().get());
  return attempts_.back().get();
}

template <typename SignalIn>
std::vector<std::string> ChangeFinder::Told(const std::vector<TrialStages>& all,
                                            const SignalIn& signal_in) {
  const Signal before = signal_in(evaluation_);
  std::vector<std::string> sentences;
  for (const TrialStages& stages : all) {
    bool told = false;
    for (size_t i = 0; i < stages.size() && !told; ++i) {
      for (const Trial& trial : stages[i]) {
        Attempt* attempt = Try(trial);
        if (attempt == nullptr) return sentences;
        const std::optional<std::string> effect =
            EffectOf(before, signal_in(attempt->evaluation), at_, kOfCondition);
        if (!effect) continue;
        told = true;
        std::string sentence = Concat(attempt->words, " ", *effect);
        if (std::find(sentences.begin(), sentences.end(), sentence) ==
                sentences.end() &&
            sentences.size() < kSentencesTold) {
          sentences.push_back(std::move(sentence));
        }
      }
    }
  }
  return sentences;
}

std::vector<std::string> ChangeFinder::OfCondition(const Condition& condition,
                                                   ConditionIndex index) {
  std::vector<TrialStages> all;
  AppendTrialsOf(condition, index, all);
  return Told(all, [&](Evaluation& evaluation) -> const Signal& {
    return evaluation.conditions().SignalOf(index);
  });
}

std::vector<std::string> ChangeFinder::OfConsent(uint32_t purpose) {
  return Told({ConsentTrials(program_.purposes[purpose].first)},
              [&](Evaluation& evaluation) {
                return evaluation.conditions().Granted(purpose);
              });
}

std::vector<std::string> ChangeFinder::OfAudience(size_t audience) {
  const Signal& before = evaluation_.AudienceTimeline(audience);
  std::vector<std::string> sentences;
  for (const std::unique_ptr<Attempt>& attempt : attempts_) {
    if (sentences.size() == kSentencesTold) break;
    const std::optional<std::string> effect =
        EffectOf(before, attempt->evaluation.AudienceTimeline(audience), at_,
                 kOfAudience);
    if (effect) sentences.push_back(Concat(attempt->words, " ", *effect));
  }
  return sentences;
}

void ChangeFinder::AppendTrialsOf(size_t audience,
                                  std::vector<TrialStages>& all) {
  const Audience& model = projection_.rulebook().audience(audience);
  const AudienceProgram& program = program_.audiences[audience];
  AppendTrialsOf(model.who, program.who, all);
  if (model.except) AppendTrialsOf(*model.except, *program.except, all);
  for (const Consented& consented : model.consent) {
    all.push_back(ConsentTrials(consented.purpose));
  }
}

void ChangeFinder::AppendTrialsOf(const Condition& condition,
                                  ConditionIndex index,
                                  std::vector<TrialStages>& all) {
  if (const auto* combination = std::get_if<Combination>(&condition.node)) {
    const auto& parts =
        std::get<CompiledCombination>(program_.conditions[index]).parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      AppendTrialsOf(combination->parts[i], parts[i], all);
    }
    return;
  }
  if (const auto* in =
          std::get_if<CompiledInAudience>(&program_.conditions[index])) {
    AppendTrialsOf(in->audience, all);  // no cycles: the checker refuses them
    return;
  }
  std::vector<TrialStages> own =
      TrialsFor(condition, evaluation_.conditions().SignalOf(index).Holds(at_),
                projection_.rulebook().model(), ValuesFor(condition, index));
  std::move(own.begin(), own.end(), std::back_inserter(all));
}

TrialValues ChangeFinder::ValuesFor(const Condition& condition,
                                    ConditionIndex index) {
  TrialValues values;
  const std::string property = GroupedBy(condition);
  if (property.empty()) return values;
  values.held = evaluation_.conditions().EvidenceAt(index, at_).values;
  if (values.held.size() > kValuesTried) values.held.resize(kValuesTried);
  const bool of_item = IsItemProperty(property);
  const std::vector<Column>& columns =
      of_item ? program_.item_columns : program_.event_columns;
  const size_t column = std::find(columns.begin(), columns.end(),
                                  Column{Column::Kind::kText, property}) -
                        columns.begin();
  if (column == columns.size()) return values;
  const History& history = evaluation_.history();
  const auto add = [&](Cell cell) {
    if (cell == kAbsent || values.seen.size() >= kValuesTried) return;
    const std::string text(projection_.Text(cell));
    for (const auto* list : {&values.held, &values.seen}) {
      if (std::find(list->begin(), list->end(), text) != list->end()) return;
    }
    values.seen.push_back(text);
  };
  for (size_t event = history.size(); event-- > 0;) {
    if (history.time(event) > at_) continue;
    if (!of_item) add(history.cell(event, column));
    for (size_t item = history.item_begin(event);
         of_item && item < history.item_end(event); ++item) {
      add(history.item_cell(item, column));
    }
  }
  return values;
}

}  // namespace audienced
