#include "rules/engine/explain/trial.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "rules/engine/explain/trial_event.h"
#include "rules/language/meaning/sentence.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// A value that the profile cannot have.
constexpr char kNewValue[] = "(new)";
// How often one event is repeated to satisfy an aggregate.
constexpr int kRepeatLimit = 8;

// One kind of events: a conversion, or a selector in place.
struct Kind {
  std::string words;  // `of 'purchased'`
  Selector selector;
  Where where;
};

std::vector<Kind> KindsOf(const Selection& selection, const Where& where,
                          const Rulebook& rulebook) {
  const std::string extra =
      where.empty() ? "" : Concat(" where ", Describe(where));
  std::vector<Kind> kinds;
  if (selection.inline_selector) {
    kinds.push_back(
        {Concat("of (", Describe(*selection.inline_selector), ")", extra),
         *selection.inline_selector, where});
  }
  for (const NamedConversion& named : selection.conversions) {
    kinds.push_back({Concat("of ", Quoted(named.name), extra),
                     rulebook.FindConversion(named.name)->selector, where});
  }
  return kinds;
}

Kind KindOf(const NamedConversion& named, const Rulebook& rulebook) {
  return {Concat("of ", Quoted(named.name)),
          rulebook.FindConversion(named.name)->selector,
          {}};
}

std::string Listed(const std::vector<std::string>& values) {
  std::string list;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool last = i + 1 == values.size();
    list += Concat(i == 0 ? "" : last ? " and " : ", ", values[i]);
  }
  return list;
}

// `kinds` one after the other, each event with `values` of `property`.
Trial Chain(const std::vector<Kind>& kinds, const std::string& property,
            const std::vector<std::string>& values, std::string_view words) {
  Trial trial;
  trial.words = kinds.size() == 1 ? "an event " : "events ";
  for (size_t i = 0; i < kinds.size(); ++i) {
    trial.words += Concat(i == 0 ? "" : ", then ", kinds[i].words);
    Event event = EventFor(kinds[i].selector, kinds[i].where);
    if (!property.empty()) SetGroup(event, property, values);
    trial.events.push_back(std::move(event));
  }
  trial.words += words;
  return trial;
}

// Stages of `kinds` one after the other, for the values that a grouping by
// `property` can have.
void AppendChains(const std::vector<Kind>& kinds, const std::string& property,
                  const TrialValues& values, TrialStages& stages) {
  if (property.empty()) {
    stages.push_back({Chain(kinds, "", {}, "")});
    return;
  }
  stages.push_back(
      {Chain(kinds, property, {kNewValue}, Concat(" for a new ", property))});
  TrialStage each;
  for (const auto* list : {&values.held, &values.seen}) {
    for (const std::string& value : *list) {
      each.push_back(Chain(kinds, property, {value}, Concat(" for ", value)));
    }
  }
  stages.push_back(std::move(each));
  const std::vector<std::string>& together =
      values.held.empty() ? values.seen : values.held;
  if (IsItemProperty(property) && together.size() > 1) {
    stages.push_back(
        {Chain(kinds, property, together, Concat(" for ", Listed(together)))});
  }
  stages.push_back({Chain(kinds, property, {}, Concat(" without ", property))});
}

// `trial` of one event, done `times` times.
Trial Repeated(const Trial& trial, int times) {
  Trial repeated;
  repeated.words = Concat(std::to_string(times), " events",
                          std::string_view(trial.words)
                              .substr(std::string_view("an event").size()));
  repeated.events.assign(times, trial.events.front());
  return repeated;
}

// Adds to `stages` what is done several times.
void AppendRepeats(TrialStages& stages) {
  const TrialStages once = stages;
  for (int times = 2; times <= kRepeatLimit; ++times) {
    for (const TrialStage& stage : once) {
      TrialStage repeated;
      for (const Trial& trial : stage) {
        repeated.push_back(Repeated(trial, times));
      }
      stages.push_back(std::move(repeated));
    }
  }
}

struct TrialMaker {
  bool holds;
  const Rulebook& rulebook;
  const TrialValues& values;

  std::vector<TrialStages> operator()(const Did& did) const {
    std::vector<TrialStages> all;
    for (const Kind& kind : KindsOf(did.of, did.where, rulebook)) {
      TrialStages stages;
      AppendChains({kind}, did.same, values, stages);
      for (TrialStage& stage : stages) {
        for (Trial& trial : stage) {
          trial.words += SetCounted(trial.events.front(), did.aggregate);
        }
      }
      if (did.aggregate.kind == Aggregate::Kind::kTimes) AppendRepeats(stages);
      all.push_back(std::move(stages));
    }
    return all;
  }

  std::vector<TrialStages> operator()(const Sequence& sequence) const {
    std::vector<Kind> steps;  // the `did` steps, each by its first kind
    std::vector<Kind> absent;
    for (const Step& step : sequence.steps) {
      std::vector<Kind> kinds = KindsOf(step.of, step.where, rulebook);
      if (!step.negated) {
        steps.push_back(kinds.front());
      } else {
        std::move(kinds.begin(), kinds.end(), std::back_inserter(absent));
      }
    }
    std::vector<TrialStages> all;
    // What counts anew; what is still missing.
    if (holds) absent.push_back(steps.back());
    if (!holds) all.push_back(Suffixes(steps, sequence.same));
    for (const Kind& kind : absent) {
      AppendChains({kind}, sequence.same, values, all.emplace_back());
    }
    return all;
  }

  // The last of `steps`, the last two, and so on: what is still missing.
  TrialStages Suffixes(const std::vector<Kind>& steps,
                       const std::string& same) const {
    TrialStages stages;
    for (size_t length = 1; length <= steps.size(); ++length) {
      AppendChains({steps.end() - static_cast<ptrdiff_t>(length), steps.end()},
                   same, values, stages);
    }
    return stages;
  }

  std::vector<TrialStages> operator()(const OnRung& on) const {
    const Ladder& ladder = *rulebook.FindLadder(on.ladder);
    std::vector<Kind> below;  // up to the rung
    std::vector<TrialStages> all;
    bool above = false;
    for (const NamedConversion& rung : ladder.rungs) {
      const Kind kind = KindOf(rung, rulebook);
      if (above) AppendChains({kind}, "", values, all.emplace_back());
      if (!above) below.push_back(kind);
      above = above || rung.name == on.rung;
    }
    if (!holds) all.insert(all.begin(), Suffixes(below, ""));
    return all;
  }

  std::vector<TrialStages> operator()(const ScoreTest& test) const {
    std::vector<TrialStages> all;
    for (const auto& points : rulebook.FindScore(test.score)->points) {
      TrialStages stages;
      AppendChains({KindOf(points.conversion, rulebook)}, "", values, stages);
      AppendRepeats(stages);
      all.push_back(std::move(stages));
    }
    return all;
  }

  std::vector<TrialStages> operator()(const TraitTests& traits) const {
    std::vector<TrialStages> all;
    if (!holds) {
      Trial trial{"an event with the trait", {Event()}};
      for (const PropertyTest& test : traits.tests) {
        trial.words += Concat(" ", Describe(test));
        trial.events.front().traits.Set(test.property, PassingValue(test));
      }
      trial.events.front().name = "$identify";
      return {{{std::move(trial)}}};
    }
    for (const PropertyTest& test : traits.tests) {
      Trial trial{
          Concat("an event that changes the trait ", Quoted(test.property)),
          {Event()}};
      trial.events.front().name = "$identify";
      // What fails each kind of test.
      const bool forbidden = test.kind == TestKind::kIsNot ||
                             (test.kind == TestKind::kExists && !test.expected);
      Value other = test.kind == TestKind::kIsNot ? test.values.front()
                                                  : Value("another");
      trial.events.front().traits.Set(test.property,
                                      forbidden ? std::move(other) : Value());
      all.push_back({{std::move(trial)}});
    }
    return all;
  }

  std::vector<TrialStages> operator()(const Consented& consented) const {
    return {ConsentTrials(consented.purpose)};
  }

  // Their parts, their audience, nothing but time, nothing at all.
  std::vector<TrialStages> operator()(const Combination&) const { return {}; }
  std::vector<TrialStages> operator()(const InAudience&) const { return {}; }
  std::vector<TrialStages> operator()(const KnownFor&) const { return {}; }
  std::vector<TrialStages> operator()(const Sample&) const { return {}; }
};

}  // namespace

std::vector<TrialStages> TrialsFor(const Condition& condition, bool holds,
                                   const Rulebook& rulebook,
                                   const TrialValues& values) {
  return std::visit(TrialMaker{holds, rulebook, values}, condition.node);
}

TrialStages ConsentTrials(const std::string& purpose) {
  TrialStage stage;
  for (const bool granted : {true, false}) {
    Event event;
    event.name = "$identify";
    event.consents.emplace_back(purpose, granted);
    stage.push_back({Concat(granted ? "granting" : "denying", " consent for ",
                            Quoted(purpose)),
                     {std::move(event)}});
  }
  return {std::move(stage)};
}

std::string GroupedBy(const Condition& condition) {
  if (const auto* did = std::get_if<Did>(&condition.node)) return did->same;
  if (const auto* sequence = std::get_if<Sequence>(&condition.node)) {
    return sequence->same;
  }
  return "";
}

}  // namespace audienced
