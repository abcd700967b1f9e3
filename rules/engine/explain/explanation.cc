#include "rules/engine/explain/explanation.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "rules/engine/conditions.h"
#include "rules/engine/explain/changed_by.h"
#include "rules/language/duration_text.h"
#include "rules/language/meaning/sentence.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// The word by which a rule file names the condition.
struct WordOf {
  std::string operator()(const Did& did) const {
    return did.negated ? "did_not" : "did";
  }
  std::string operator()(const Sequence&) const { return "sequence"; }
  std::string operator()(const Combination& combination) const {
    switch (combination.kind) {
      case Combination::Kind::kAll:
        return "all";
      case Combination::Kind::kAny:
        return "any";
      case Combination::Kind::kNone:
        return "none";
    }
    return "all";
  }
  std::string operator()(const TraitTests&) const { return "trait"; }
  std::string operator()(const InAudience& in) const {
    return in.negated ? "not_in_audience" : "in_audience";
  }
  std::string operator()(const OnRung&) const { return "on_rung"; }
  std::string operator()(const ScoreTest&) const { return "score"; }
  std::string operator()(const KnownFor&) const { return "known_for"; }
  std::string operator()(const Sample&) const { return "sample"; }
  std::string operator()(const Consented&) const { return "consented"; }
};

class Explainer {
 public:
  Explainer(Projection& projection, Evaluation& evaluation, size_t audience,
            Instant at)
      : projection_(projection),
        program_(projection.rulebook().program()),
        history_(evaluation.history()),
        evaluation_(evaluation),
        audience_(audience),
        at_(at),
        universe_{history_.first_time(), Instant::Forever()},
        finder_(projection, evaluation, at) {}

  Explanation Explain() {
    const Signal& signal = evaluation_.AudienceTimeline(audience_);
    explanation_.holds = signal.Holds(at_);
    explanation_.since = signal.LastFlip(at_, Instant::Never());
    explanation_.until = signal.NextFlip(at_);
    explanation_.held_out = evaluation_.HeldOut(audience_);
    ExplainConditions();
    explanation_.changed_by = finder_.OfAudience(audience_);
    return std::move(explanation_);
  }

 private:
  void ExplainConditions();
  void ExplainGroup();
  ExplainedCondition& AddGate(const std::string& word, std::string text,
                              const Signal& passes);
  ExplainedCondition ExplainCondition(const Condition& condition,
                                      ConditionIndex index);
  void AddEvidence(ConditionIndex index, ExplainedCondition& explained) const;
  ExplainedEvent EventOf(size_t event, const Evidence& evidence) const;

  Projection& projection_;
  const Program& program_;
  const History& history_;
  Evaluation& evaluation_;
  const size_t audience_;
  const Instant at_;
  const Interval universe_;
  ChangeFinder finder_;
  Explanation explanation_;
};

void Explainer::ExplainConditions() {
  const Audience& model = projection_.rulebook().audience(audience_);
  const AudienceProgram& program = program_.audiences[audience_];
  Evaluation::Conditions& conditions = evaluation_.conditions();
  explanation_.conditions.push_back(ExplainCondition(model.who, program.who));
  Signal gated = Extend(conditions.SignalOf(program.who), program.stay);
  if (model.stay) {
    AddGate("stay", Concat("stay ", DurationText(*model.stay)), gated);
  }
  if (model.except) {
    const Signal& except = conditions.SignalOf(*program.except);
    AddGate("except", Concat("except ", Describe(*model.except)),
            Complement(except, universe_))
        .parts.push_back(ExplainCondition(*model.except, *program.except));
    gated = Subtract(gated, except);
  }
  for (const uint32_t purpose : program.consent) {
    const Signal granted = conditions.Granted(purpose);
    AddGate("consent", Concat("consent for ", program_.purposes[purpose].first),
            granted)
        .changed_by = finder_.OfConsent(purpose);
    gated = Intersect(gated, granted);
  }
  if (program.active) {
    const Signal active(Interval{ToInstant(program.active->first),
                                 ToInstant(program.active->second)});
    AddGate("active", "active", active);
    gated = Intersect(gated, active);
  }
  if (model.rejoin_after) {
    AddGate("rejoin_after",
            Concat("rejoin after ", DurationText(*model.rejoin_after)),
            HoldOffAfterFall(gated, program.rejoin_after));
  }
  ExplainGroup();
}

void Explainer::ExplainGroup() {
  for (const size_t other : program_.audiences[audience_].taken_before) {
    AddGate(
        "group",
        Concat("not taken by ", projection_.rulebook().audience(other).name),
        Complement(evaluation_.GatedTimeline(other), universe_));
  }
}

ExplainedCondition& Explainer::AddGate(const std::string& word,
                                       std::string text, const Signal& passes) {
  ExplainedCondition& gate = explanation_.conditions.emplace_back();
  gate.path = word;
  gate.word = word;
  gate.text = std::move(text);
  gate.holds = passes.Holds(at_);
  gate.since = passes.LastFlip(at_, Instant::Never());
  gate.until = passes.NextFlip(at_);
  return gate;
}

ExplainedCondition Explainer::ExplainCondition(const Condition& condition,
                                               ConditionIndex index) {
  const Signal& signal = evaluation_.conditions().SignalOf(index);
  ExplainedCondition explained;
  explained.path = condition.path;
  explained.word = std::visit(WordOf(), condition.node);
  explained.text = Describe(condition);
  explained.holds = signal.Holds(at_);
  explained.since = signal.LastFlip(at_, Instant::Never());
  explained.until = signal.NextFlip(at_);
  explained.file = condition.place.file;
  explained.line = condition.place.range.begin.line;
  explained.column = condition.place.range.begin.column;
  const auto* combination = std::get_if<Combination>(&condition.node);
  if (combination == nullptr) {
    AddEvidence(index, explained);
    explained.changed_by = finder_.OfCondition(condition, index);
    return explained;
  }
  // Parts are compiled in their order, whichever audience had them first.
  const auto& parts =
      std::get<CompiledCombination>(program_.conditions[index]).parts;
  for (size_t i = 0; i < parts.size(); ++i) {
    explained.parts.push_back(
        ExplainCondition(combination->parts[i], parts[i]));
  }
  return explained;
}

void Explainer::AddEvidence(ConditionIndex index,
                            ExplainedCondition& explained) const {
  const Evidence evidence = evaluation_.conditions().EvidenceAt(index, at_);
  explained.evidence_count = evidence.events.size();
  const size_t skipped = evidence.events.size() -
                         std::min(evidence.events.size(), kExplainedLimit);
  for (size_t i = skipped; i < evidence.events.size(); ++i) {
    explained.evidence.push_back(EventOf(evidence.events[i], evidence));
  }
  explained.evidence_values = evidence.values;
  if (explained.evidence_values.size() > kExplainedLimit) {
    explained.evidence_values.resize(kExplainedLimit);
  }
}

ExplainedEvent Explainer::EventOf(size_t event,
                                  const Evidence& evidence) const {
  ExplainedEvent told;
  told.event =
      std::string(projection_.Text(history_.cell(event, program_.name_column)));
  told.occurred_at = history_.time(event);
  told.event_id = history_.event_id(event);
  for (const size_t item : evidence.items) {
    if (item < history_.item_begin(event) || item >= history_.item_end(event) ||
        told.item_ids.size() >= kExplainedLimit) {
      continue;
    }
    const Cell id = history_.item_cell(item, program_.item_id_column);
    if (id != kAbsent) told.item_ids.emplace_back(projection_.Text(id));
  }
  return told;
}

}  // namespace

Explanation Explain(Projection& projection, Evaluation& evaluation,
                    size_t audience, Instant at) {
  return Explainer(projection, evaluation, audience, at).Explain();
}

}  // namespace audienced
