#include <array>

#include "rules/language/parser/condition_parser.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/modifiers.h"
#include "rules/language/parser/scalar_parser.h"
#include "rules/language/parser/step_count.h"

namespace audienced {
namespace {

constexpr std::array<std::string_view, 2> kStepKinds = {"did", "did_not"};

constexpr std::array<Field<Step>, 5> kStepFields = {{
    {"did",
     [](const Node& node, const Scope& scope, Step& step) {
       step.of = ReadSelection(node, scope);
     },
     SelectionShape, "then one of these happened"},
    {"did_not",
     [](const Node& node, const Scope& scope, Step& step) {
       step.negated = true;
       step.of = ReadSelection(node, scope);
     },
     SelectionShape, "then none of these happened"},
    {"where",
     [](const Node& node, const Scope& scope, Step& step) {
       step.where = ReadWhere(node, scope);
     },
     WhereShape, "further tests that the properties of the event must pass"},
    {"within",
     [](const Node& node, const Scope& scope, Step& step) {
       step.within = ReadSpan(node, "window", scope);
     },
     SpanText,
     "of a `did`: less than this after the `did` before; of a `did_not` at the "
     "end: not in this time after the last `did`, and true for good afterwards",
     {"any time after"}},
    {"for",
     [](const Node& node, const Scope& scope, Step& step) {
       step.for_at_least = ReadDuration(node, scope);
     },
     DurationText,
     "of a `did_not` at the end: for this long, true from then on until it "
     "happens after all",
     {"`0s`"}},
}};

MappingShape StepShape() {
  MappingShape shape = {"step", {}};
  AddKeys<Step>(kStepFields, shape);
  return shape;
}

MappingShape FirstStepShape() {
  MappingShape shape = StepShape().Only("first-step", {"did", "where"});
  shape.Key("did").otherwise = kRequired;
  return shape;
}

MappingShape DidStepShape() {
  MappingShape shape = StepShape().Only("did-step", {"did", "where", "within"});
  shape.Key("did").otherwise = kRequired;
  return shape;
}

MappingShape DidNotStepShape() {
  MappingShape shape =
      StepShape().Only("did_not-step", {"did_not", "where", "within", "for"});
  shape.Key("did_not").otherwise = kRequired;
  shape.rules = {{KeyRule::Kind::kNeverTogether, {"for", "within"}}};
  return shape;
}

Step ReadStep(const Node& node, const Scope& scope) {
  Step step;
  step.place = node.place;
  const MappingKind kind = {"a step of a sequence", {}, kSequenceModifiers};
  if (!ReadFields<Step>(node, kind, kStepFields, scope, step)) return step;
  CheckAtMostOne(node, kStepKinds, "two-conditions",
                 "a step has one of them; write two steps", scope);
  bool has_kind = false;
  for (const Node::Entry& entry : node.entries) {
    if (entry.key.text != "did" && entry.key.text != "did_not") continue;
    if (!has_kind) step.place = entry.key.place;
    has_kind = true;
  }
  if (!has_kind) {
    scope.Fault("no-condition", node.place,
                "found neither 'did' nor 'did_not'; a step is one of them");
  }
  return step;
}

// The rules about where `for` and `within` may stand. `index` is of the step,
// `last_did` of the last step that is a did.
void CheckStep(const Node& node, size_t index, size_t last_did,
               const Scope& scope) {
  const Node* within = node.Find("within");
  const Node* waits = node.Find("for");
  // A step that is both has its fault already.
  const bool negated =
      node.Find("did_not") != nullptr && node.Find("did") == nullptr;
  if (index == 0 && negated) {
    scope.Fault("first-step", node.place,
                "found 'did_not' as the first step; a sequence begins with a "
                "'did'");
    return;
  }
  if (index == 0 && within != nullptr) {
    scope.Fault("within-on-first-step", within->place,
                "found 'within' on the first step; there is no step before it",
                "put 'in_last' beside the sequence to say how long ago");
  }
  if (waits != nullptr && !negated) {
    scope.Fault("misplaced-wait", waits->place,
                "found 'for' on a 'did'; it belongs to a 'did_not' at the end");
    return;
  }
  if (waits != nullptr && within != nullptr) {
    scope.Fault("for-and-within", waits->place,
                "found 'for' together with 'within' on one step; a step has "
                "one of them",
                "'for' holds until the event comes, 'within' stays true after "
                "the span");
  }
  if (!negated || index > last_did) return;
  for (const Node* wait : {waits, within}) {
    if (wait == nullptr) continue;
    scope.Fault("misplaced-wait", wait->place,
                "found a wait on a 'did_not' between two 'did' steps; 'for' "
                "and 'within' belong to the 'did_not' steps at the end",
                "the step holds from the one 'did' to the other; put 'within' "
                "on the next 'did'");
  }
}

void ReadSteps(const Node& node, const Scope& scope, Sequence& sequence) {
  if (!CheckIsFullList(node, "a step", scope)) return;
  size_t last_did = 0;
  for (size_t i = 0; i < node.elements.size(); ++i) {
    if (node.elements[i].Find("did") != nullptr) last_did = i;
  }
  for (size_t i = 0; i < node.elements.size(); ++i) {
    const Scope at_step =
        scope.At(Concat(scope.path(), ".sequence[", std::to_string(i), "]"));
    const Node& step = node.elements[i];
    sequence.steps.push_back(ReadStep(step, at_step));
    CheckStep(step, i, last_did, at_step);
  }
  CheckStepCount(node, "steps", scope);
}

constexpr std::array<Word<Sequence::Anchor>, 2> kAnchors = {{
    {"last", Sequence::Anchor::kLast},
    {"any", Sequence::Anchor::kAny},
}};

constexpr std::array<Field<Sequence>, 4> kSequenceFields = {{
    {"sequence", ReadSteps, StepsShape, "", kRequired},
    {"same",
     [](const Node& node, const Scope& scope, Sequence& sequence) {
       sequence.same = ReadPropertyName(node, "a property", scope).value_or("");
       sequence.same_place = node.place;
     },
     [] { return Said("property", FreeText()); },
     "all events of the sequence agree on this property, for example "
     "`item_id`; each item of an event counts by itself"},
    {"all_within",
     [](const Node& node, const Scope& scope, Sequence& sequence) {
       sequence.all_within = ReadSpan(node, "window", scope);
     },
     SpanText,
     "the last `did` comes less than this after the first",
     {"any time"}},
    {"anchor",
     [](const Node& node, const Scope& scope, Sequence& sequence) {
       sequence.anchor =
           ReadWord<Sequence::Anchor>(node, "'anchor'", kAnchors, scope)
               .value_or(Sequence::Anchor::kLast);
     },
     [] { return OneWordOf(kAnchors); },
     "which events are meant where several would do: `last`, the latest ones, "
     "so that a second cart restarts the hour; `any`, whichever make it true",
     {"`last`"}},
}};

}  // namespace

ValueShape StepsShape() {
  ValueShape shape =
      ListOf(Either({MappingOf("did-step", DidStepShape),
                     MappingOf("did_not-step", DidNotStepShape)}));
  shape.said = "list of: step";
  shape.first = {MappingOf("first-step", FirstStepShape)};
  shape.maximum_size = kStepCountLimit;
  return shape;
}

void AddSequenceKeys(MappingShape& shape) {
  // The first row is the key that names the condition.
  AddKeys(absl::Span<const Field<Sequence>>(kSequenceFields).subspan(1), shape);
  AddWindowKeys(shape);
}

Sequence ReadSequence(const Node& mapping, const Scope& scope) {
  Sequence sequence;
  ReadFields<Sequence>(mapping,
                       {"a 'sequence' condition", {WindowKeys()}, kModifiers},
                       kSequenceFields, scope, sequence);
  sequence.window = ReadWindow(mapping, scope);
  int did_steps = 0;
  for (const Step& step : sequence.steps) did_steps += step.negated ? 0 : 1;
  const Node* all_within = mapping.Find("all_within");
  if (all_within != nullptr && did_steps == 1) {
    scope.Fault("all-within-one-step", all_within->place,
                "found 'all_within' on a sequence with a single 'did' step; "
                "there is nothing to span",
                "put 'within' on the 'did_not' step, or 'in_last' beside the "
                "sequence");
  }
  return sequence;
}

}  // namespace audienced
