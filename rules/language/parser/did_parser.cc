#include <algorithm>
#include <array>

#include "rules/language/parser/condition_parser.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/modifiers.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

constexpr std::array<Word<Did::Which>, 3> kWhich = {{
    {"any", Did::Which::kAny},
    {"first", Did::Which::kFirst},
    {"last", Did::Which::kLast},
}};

constexpr std::array<Word<bool>, 1> kInOne = {{{"session", true}}};

void ReadOf(const Node& node, const Scope& scope, Did& did) {
  did.of = ReadSelection(node, scope);
}

void ReadWhereOfDid(const Node& node, const Scope& scope, Did& did) {
  did.where = ReadWhere(node, scope);
}

void ReadWhich(const Node& node, const Scope& scope, Did& did) {
  did.which = ReadWord<Did::Which>(node, "'which'", kWhich, scope)
                  .value_or(Did::Which::kAny);
}

void ReadSame(const Node& node, const Scope& scope, Did& did) {
  did.same = ReadPropertyName(node, "a property", scope).value_or("");
  did.same_place = node.place;
}

void ReadInOne(const Node& node, const Scope& scope, Did& did) {
  did.in_one_session =
      ReadWord<bool>(node, "'in_one'", kInOne, scope).value_or(false);
}

constexpr std::array<Field<Did>, 4> kModifierFields = {{
    {"where", ReadWhereOfDid, WhereShape,
     "further tests that the properties of the event must pass"},
    {"which",
     ReadWhich,
     [] { return OneWordOf(kWhich); },
     "looks only at the first or the last of these events ever; `where` and "
     "the window then apply to that one",
     {"`any`"}},
    {"same", ReadSame, [] { return Said("property", FreeText()); },
     "groups the events by a property, for example `item_id`, and asks whether "
     "some group alone satisfies the condition"},
    {"in_one", ReadInOne, [] { return OneWordOf(kInOne); },
     "asks whether the events of some single session satisfy the condition"},
}};

// What `same` and `in_one` do not go together with.
void CheckGrouping(const Node& mapping, const Did& did, const Scope& scope) {
  const Node* same = mapping.Find("same");
  const Node* in_one = mapping.Find("in_one");
  if (same != nullptr) {
    for (std::string_view other : {"which", "in_one"}) {
      if (mapping.Find(other) == nullptr) continue;
      scope.Fault("conflicting-keys", same->place,
                  Concat("found 'same' beside ", Quoted(other),
                         "; they do not go together"));
    }
  }
  const Node* grouping = same != nullptr ? same : in_one;
  if (grouping == nullptr || !HoldsForNothing(did.aggregate)) return;
  scope.Fault("holds-for-nothing", did.aggregate.place,
              Concat("zero events satisfy this; with ",
                     same != nullptr ? "'same'" : "'in_one'",
                     " at least one event must be asked for"),
              "turn it round with did_not: 'times: { at_most: 2 }' is did_not "
              "with 'times: 3'");
}

}  // namespace

void AddDidKeys(MappingShape& shape) {
  AddWindowKeys(shape);
  AddAggregateKeys(shape);
  AddKeys<Did>(kModifierFields, shape);
  shape.rules.push_back(
      {KeyRule::Kind::kNeverTogether, {"same", "which", "in_one"}});
}

Did ReadDid(const Node& mapping, bool negated, const Scope& scope) {
  const std::string_view key = negated ? "did_not" : "did";
  std::array<Field<Did>, kModifierFields.size() + 1> fields;
  fields[0] = {key, ReadOf, SelectionShape, "", kRequired};
  std::copy(kModifierFields.begin(), kModifierFields.end(), &fields[1]);

  Did did;
  did.negated = negated;
  const std::string what = Concat("a ", Quoted(key), " condition");
  ReadFields<Did>(mapping, {what, {WindowKeys(), AggregateKeys()}, kModifiers},
                  fields, scope, did);
  did.window = ReadWindow(mapping, scope);
  did.aggregate = ReadAggregate(mapping, scope);
  CheckGrouping(mapping, did, scope);
  return did;
}

}  // namespace audienced
