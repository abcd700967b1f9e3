#include "daemon/service/query/condition_explanation.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "rules/engine/compile/describe.h"
#include "rules/engine/conditions.h"
#include "rules/language/duration_text.h"

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

// The part of `combination` that was compiled to the condition with `text`.
// Equal conditions are compiled once, so the order of parts may be another.
const Condition& PartOf(const Combination& combination, const std::string& text,
                        size_t position) {
  const auto found = std::find_if(
      combination.parts.begin(), combination.parts.end(),
      [&](const Condition& part) { return Describe(part) == text; });
  return found != combination.parts.end() ? *found
                                          : combination.parts[position];
}

}  // namespace

ConditionExplainer::ConditionExplainer(const Projection& projection,
                                       const History& history,
                                       Evaluation& evaluation, size_t audience,
                                       Instant at)
    : projection_(projection),
      program_(projection.rulebook().program()),
      history_(history),
      evaluation_(evaluation),
      audience_(audience),
      at_(at),
      universe_{history.first_time(), Instant::Forever()} {}

void ConditionExplainer::Fill(v1::Explanation& answer) {
  const Audience& model = projection_.rulebook().audience(audience_);
  const AudienceProgram& program = program_.audiences[audience_];
  Evaluation::Conditions& conditions = evaluation_.conditions();
  FillCondition(model.who, program.who, *answer.add_conditions());
  Signal gated = Extend(conditions.SignalOf(program.who), program.stay);
  if (model.stay) {
    AddGate(answer, "stay", absl::StrCat("stay ", DurationText(*model.stay)),
            gated);
  }
  if (model.except) {
    const Signal& except = conditions.SignalOf(*program.except);
    v1::ConditionExplanation& gate = AddGate(
        answer, "except", absl::StrCat("except ", Describe(*model.except)),
        Complement(except, universe_));
    FillCondition(*model.except, *program.except, *gate.add_conditions());
    gated = Subtract(gated, except);
  }
  for (const uint32_t purpose : program.consent) {
    const Signal granted = conditions.Granted(purpose);
    AddGate(answer, "consent",
            absl::StrCat("consent for ", program_.purposes[purpose].first),
            granted);
    gated = Intersect(gated, granted);
  }
  if (program.active) {
    const Signal active(Interval{ToInstant(program.active->first),
                                 ToInstant(program.active->second)});
    AddGate(answer, "active", "active", active);
    gated = Intersect(gated, active);
  }
  if (model.rejoin_after) {
    AddGate(answer, "rejoin_after",
            absl::StrCat("rejoin after ", DurationText(*model.rejoin_after)),
            HoldOffAfterFall(gated, program.rejoin_after));
  }
  for (const size_t other : program.taken_before) {
    AddGate(answer, "group",
            absl::StrCat("not taken by ",
                         projection_.rulebook().audience(other).name),
            Complement(evaluation_.AudienceTimeline(other), universe_));
  }
}

v1::ConditionExplanation& ConditionExplainer::AddGate(v1::Explanation& answer,
                                                      const std::string& name,
                                                      const std::string& text,
                                                      const Signal& passes) {
  v1::ConditionExplanation& gate = *answer.add_conditions();
  gate.set_path(name);
  gate.set_condition(name);
  gate.set_text(text);
  gate.set_holds(passes.Holds(at_));
  FillSpan(passes, at_, gate);
  return gate;
}

void ConditionExplainer::FillCondition(const Condition& condition,
                                       uint32_t index,
                                       v1::ConditionExplanation& answer) {
  const Signal& signal = evaluation_.conditions().SignalOf(index);
  answer.set_path(condition.path);
  answer.set_condition(std::visit(WordOf(), condition.node));
  answer.set_text(Describe(condition));
  answer.set_holds(signal.Holds(at_));
  FillSpan(signal, at_, answer);
  answer.set_file(condition.place.file);
  answer.set_line(condition.place.range.begin.line);
  answer.set_column(condition.place.range.begin.column);
  const auto* model = std::get_if<Combination>(&condition.node);
  const auto* compiled =
      std::get_if<CompiledCombination>(&program_.conditions[index]);
  if (model == nullptr || compiled == nullptr) {
    FillEvidence(index, answer);
    return;
  }
  for (size_t i = 0; i < compiled->parts.size(); ++i) {
    const uint32_t part = compiled->parts[i];
    FillCondition(PartOf(*model, program_.texts[part], i), part,
                  *answer.add_conditions());
  }
}

void ConditionExplainer::FillEvidence(uint32_t index,
                                      v1::ConditionExplanation& answer) {
  const Evidence evidence = evaluation_.conditions().EvidenceAt(index, at_);
  answer.set_evidence_count(static_cast<int64_t>(evidence.events.size()));
  const size_t skipped =
      evidence.events.size() - std::min(evidence.events.size(), kEvidenceLimit);
  for (size_t i = skipped; i < evidence.events.size(); ++i) {
    const size_t event = evidence.events[i];
    v1::EvidenceEvent& told = *answer.add_evidence();
    told.set_event(std::string(
        projection_.Text(history_.cell(event, program_.name_column))));
    told.set_event_id(history_.event_id(event));
    const absl::Time time = ToTime(history_.time(event));
    if (IsInstant(time)) *told.mutable_occurred_time() = ToTimestamp(time);
    for (const size_t item : evidence.items) {
      if (item < history_.item_begin(event) ||
          item >= history_.item_end(event) ||
          told.item_ids_size() >= static_cast<int>(kEvidenceLimit)) {
        continue;
      }
      const Cell id = history_.item_cell(item, program_.item_id_column);
      if (id != kAbsent) {
        told.add_item_ids(std::string(projection_.Text(id)));
      }
    }
  }
  for (const std::string& value : evidence.values) {
    if (answer.evidence_values_size() >= static_cast<int>(kEvidenceLimit)) {
      break;
    }
    answer.add_evidence_values(value);
  }
}

}  // namespace audienced
