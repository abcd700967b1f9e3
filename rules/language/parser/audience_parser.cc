#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "rules/language/parser/condition_parser.h"
#include "rules/language/parser/context_words.h"
#include "rules/language/parser/definition_parser.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/modifiers.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

// The fields that only describe are plain text.
void ReadTitle(const Node& node, const Scope& scope, Audience& target) {
  target.title = ReadText(node, "'title'", scope).value_or("");
}

void ReadDescription(const Node& node, const Scope& scope, Audience& target) {
  target.description = ReadText(node, "'description'", scope).value_or("");
}

void ReadOwner(const Node& node, const Scope& scope, Audience& target) {
  target.owner = ReadText(node, "'owner'", scope).value_or("");
}

template <std::optional<absl::Duration> Audience::*member>
void ReadSpanOf(const Node& node, const Scope& scope, Audience& target) {
  target.*member = ReadSpan(node, "span", scope);
}

void ReadTags(const Node& node, const Scope& scope, Audience& target) {
  target.tags = ReadTextList(node, "a tag", scope);
}

constexpr std::array<Word<AudienceStatus>, 3> kStatuses = {{
    {"live", AudienceStatus::kLive},
    {"draft", AudienceStatus::kDraft},
    {"paused", AudienceStatus::kPaused},
}};

void ReadStatus(const Node& node, const Scope& scope, Audience& target) {
  const auto status =
      ReadWord<AudienceStatus>(node, "'status'", kStatuses, scope);
  if (status) target.status = *status;
}

void ReadWho(const Node& node, const Scope& scope, Audience& target) {
  target.who = ReadCondition(node, scope.At("who"));
}

void ReadExcept(const Node& node, const Scope& scope, Audience& target) {
  target.except = ReadCondition(node, scope.At("except"));
}

void ReadConsent(const Node& node, const Scope& scope, Audience& target) {
  if (!CheckIsFullList(node, "a consent purpose", scope)) return;
  for (const Node& element : node.elements) {
    const auto purpose = ReadText(element, "a consent purpose", scope);
    if (purpose) target.consent.push_back({*purpose, element.place});
  }
}

struct Ends {
  std::optional<WindowEnd> from;
  std::optional<WindowEnd> until;
};

constexpr std::array<Field<Ends>, 2> kActiveFields = {{
    {"from",
     [](const Node& value, const Scope& at, Ends& ends) {
       ends.from = ReadWindowEnd(value, at);
     },
     InstantText,
     "nobody is in before this date or instant",
     {"always"}},
    {"until",
     [](const Node& value, const Scope& at, Ends& ends) {
       ends.until = ReadWindowEnd(value, at);
     },
     InstantText,
     "nobody is in from this date or instant on",
     {"for ever"}},
}};

MappingShape ActiveShape() {
  MappingShape shape = {"active", {}};
  AddKeys<Ends>(kActiveFields, shape);
  shape.minimum_size = 1;
  return shape;
}

void ReadActive(const Node& node, const Scope& scope, Audience& target) {
  Ends ends;
  if (!ReadFields<Ends>(node, {"'active'"}, kActiveFields, scope, ends)) return;
  if (node.entries.empty()) {
    scope.Fault("empty-mapping", node.place,
                "'active' is empty; it must have 'from', 'until' or both");
    return;
  }
  Active active;
  if (ends.from) active.from = ends.from->time;
  if (ends.until) {
    active.until = ends.until->time;
    const Node& until = *node.Find("until");
    if (active.until <= active.from) {
      scope.Fault("empty-window", until.place,
                  Concat("window is empty; 'until' ", Quoted(until.text),
                         " is not included and must be later than 'from'"),
                  "for one whole day write the day and the next one");
    } else {
      CheckEndIsMeant(*ends.until, until.place, scope);
    }
  }
  target.active = active;
}

void ReadGroup(const Node& node, const Scope& scope, Audience& target) {
  target.group = ReadName(node, "the name of a group", scope).value_or("");
}

void ReadPriority(const Node& node, const Scope& scope, Audience& target) {
  const auto priority = ReadWhole(node, "'priority'", 0, scope);
  if (!priority) return;
  if (*priority > std::numeric_limits<int>::max()) {
    scope.Fault("bad-number", node.place,
                Concat("found ", Quoted(node.text),
                       "; 'priority' is at most 2147483647"));
    return;
  }
  target.priority = static_cast<int>(*priority);
  target.priority_place = node.place;
}

// `percent: 10` and `percent: 10%` say the same.
void ReadHoldoutPercent(const Node& node, const Scope& scope,
                        Holdout& holdout) {
  if (node.text.ends_with('%')) {
    holdout.percent = ReadPercent(node, "'percent'", scope).value_or(Decimal{});
    return;
  }
  const auto percent = ReadNumber(node, "'percent'", scope);
  if (!percent) return;
  if (*percent < Decimal{} || *percent > Decimal::FromInteger(100)) {
    scope.Fault(
        "bad-percentage", node.place,
        Concat("found ", Quoted(node.text), "; 'percent' is from 0 to 100"));
    return;
  }
  holdout.percent = *percent;
}

ValueShape HoldoutPercentShape() {
  ValueShape number = AnyNumber();
  number.said = "number from 0 to 100";
  number.minimum = 0;
  number.maximum = 100;
  return Either({PercentText(), number});
}

constexpr std::array<Field<Holdout>, 2> kHoldoutFields = {{
    {"percent", ReadHoldoutPercent, HoldoutPercentShape,
     "the share that is held out", kRequired},
    {"group",
     [](const Node& value, const Scope& at, Holdout& holdout) {
       holdout.group = ReadName(value, "the name of a group", at).value_or("");
     },
     [] { return NameText("name of a group"); },
     "audiences that name the same group hold out the same people",
     {"a share of the audience's own"}},
}};

MappingShape HoldoutMappingShape() {
  MappingShape shape = {"holdout", {}};
  AddKeys<Holdout>(kHoldoutFields, shape);
  return shape;
}

ValueShape HoldoutShape() {
  return Either(
      {PercentText(), Said("`percent` and `group`",
                           MappingOf("holdout", HoldoutMappingShape))});
}

void ReadHoldout(const Node& node, const Scope& scope, Audience& target) {
  Holdout holdout;
  if (node.kind == Node::Kind::kMapping) {
    ReadFields<Holdout>(node, {"'holdout'"}, kHoldoutFields, scope, holdout);
  } else {
    holdout.percent = ReadPercent(node, "'holdout'", scope).value_or(Decimal{});
  }
  target.holdout = holdout;
}

void ReadMinimumSize(const Node& node, const Scope& scope, Audience& target) {
  target.minimum_size = ReadWhole(node, "'minimum_size'", 1, scope).value_or(0);
}

constexpr std::array<Field<ContextName>, 1> kContextScoreFields = {{
    {"score",
     [](const Node& value, const Scope& at, ContextName& name) {
       name.name = ReadText(value, "the name of a score", at).value_or("");
       name.place = value.place;
     },
     [] { return NameText("name of a score"); },
     "the present value of this score", kRequired},
}};

MappingShape ContextScoreShape() {
  MappingShape shape = {"context-score", {}};
  AddKeys<ContextName>(kContextScoreFields, shape);
  return shape;
}

// `{ score: heat }`, the form that cannot be taken for a trait.
void ReadContextScore(const Node& node, const Scope& scope, Audience& target) {
  ContextName name;
  name.part = ContextPart::kScore;
  if (ReadFields<ContextName>(node, {"a part of the context"},
                              kContextScoreFields, scope, name)) {
    target.context.push_back(std::move(name));
  }
}

ValueShape ContextShape() {
  ValueShape part = Either({OneWordOf(kContextParts),
                            Said("name of a score or a trait", FreeText()),
                            MappingOf("context-score", ContextScoreShape)});
  ValueShape shape = ListOf(std::move(part));
  shape.said =
      "list of: `items`, `cart`, `value`, `last_event`, names of scores and "
      "traits";
  return shape;
}

void ReadContext(const Node& node, const Scope& scope, Audience& target) {
  if (!CheckIsFullList(node, "a part of the context", scope)) return;
  for (const Node& element : node.elements) {
    if (element.kind == Node::Kind::kMapping) {
      ReadContextScore(element, scope, target);
      continue;
    }
    const auto word = ReadText(element, "a part of the context", scope);
    if (!word) continue;
    // Which of the other words are scores is known when all files are read.
    ContextName name = {ContextPart::kTrait, *word, element.place};
    for (const Word<ContextPart>& part : kContextParts) {
      if (part.text == *word) name = {part.meaning, "", element.place};
    }
    target.context.push_back(std::move(name));
  }
}

constexpr std::array<Field<Audience>, 16> kAudienceFields = {{
    {"title", ReadTitle, FreeText, "what people call it"},
    {"description", ReadDescription, FreeText, "what it is for"},
    {"owner", ReadOwner, FreeText, "who answers for it"},
    {"tags", ReadTags, [] { return ListOf(Said("text", FreeText())); },
     "words to find it by"},
    {"status",
     ReadStatus,
     [] { return OneWordOf(kStatuses); },
     "a `live` audience is published; a `draft` is evaluated and can be looked "
     "at, and is never published; a `paused` one publishes no entries until it "
     "is live again",
     {"`live`"}},
    {"who", ReadWho, ConditionShape, "step 1: who belongs to it", kRequired},
    {"stay",
     ReadSpanOf<&Audience::stay>,
     SpanText,
     "step 1: members stay this long after `who` has ended; each new match "
     "renews it",
     {"they leave at once"}},
    {"except", ReadExcept, ConditionShape,
     "step 2: whoever satisfies this is out, whatever `who` and `stay` say"},
    {"consent", ReadConsent,
     [] { return ListOf(NameText("purpose of consent")); },
     "step 3: whoever has not agreed to every one of these purposes is out"},
    {"active", ReadActive,
     [] {
       return Said("`from` and `until`", MappingOf("active", ActiveShape));
     },
     "step 4: nobody is in outside of this time"},
    {"rejoin_after",
     ReadSpanOf<&Audience::rejoin_after>,
     SpanText,
     "step 5: who has left cannot come back for this long",
     {"they may come back at once"}},
    {"group", ReadGroup, [] { return NameText("name of a group"); },
     "step 6: of the audiences of a group a person is in one only"},
    {"priority", ReadPriority, [] { return WholeNumber(0); },
     "step 6: the smallest number in the group has the person"},
    {"holdout", ReadHoldout, HoldoutShape,
     "step 7: this share is counted and never published, to measure what the "
     "audience does"},
    {"minimum_size",
     ReadMinimumSize,
     [] { return WholeNumber(1); },
     "nothing is published while fewer people are in; after that, until fewer "
     "than 80 % of it are left",
     {"no minimum"}},
    {"context",
     ReadContext,
     ContextShape,
     "what is published with each member",
     {"identifiers alone"}},
}};

bool IsFieldOfAudience(std::string_view key) {
  return std::any_of(
      kAudienceFields.begin(), kAudienceFields.end(),
      [key](const Field<Audience>& field) { return field.name == key; });
}

// Whether `key` is one of a condition: it belongs under `who`.
bool IsStray(std::string_view key) {
  if (IsFieldOfAudience(key)) return false;
  const KeyNames conditions = ConditionKeys();
  return std::find(conditions.begin(), conditions.end(), key) !=
             conditions.end() ||
         std::any_of(
             kModifiers.begin(), kModifiers.end(),
             [key](const MisplacedKey& one) { return one.name == key; });
}

// Conditions that stand beside the keys of the audience and not under one of
// them: one fault for all of them. Answers with the rest of `node`, with a
// `who` where they were meant to be one; with nothing where there are none.
std::optional<Node> WithoutStrays(const Node& node, const Scope& scope) {
  const auto stray = std::find_if(
      node.entries.begin(), node.entries.end(),
      [](const Node::Entry& entry) { return IsStray(entry.key.text); });
  if (stray == node.entries.end()) return std::nullopt;
  Node rest = node;
  const auto removed = std::stable_partition(
      rest.entries.begin(), rest.entries.end(),
      [](const Node::Entry& entry) { return !IsStray(entry.key.text); });
  Node who = node;
  who.entries.assign(removed, rest.entries.end());
  rest.entries.erase(removed, rest.entries.end());
  const auto written = std::find_if(
      rest.entries.begin(), rest.entries.end(),
      [](const Node::Entry& entry) { return entry.key.text == "who"; });
  const std::string key = stray->key.text;
  std::string help = "conditions combine inside 'who': all: [...], any: [...]";
  if (written == rest.entries.end()) {
    help = "write 'who:' above it, and indent it below";
    Node name = stray->key;
    name.text = "who";
    rest.entries.push_back({std::move(name), std::move(who)});
  } else if (written->value.kind == Node::Kind::kNull) {
    help = "indent it by two more spaces than 'who:'";
    written->value = std::move(who);
  }
  scope.Fault("misplaced-key", stray->key.place,
              Concat("found ", Quoted(key),
                     " beside the keys of an audience; conditions stand under "
                     "'who' and 'except'"),
              std::move(help));
  return rest;
}

}  // namespace

MappingShape AudienceShape() {
  MappingShape shape = {"audience", {}};
  AddKeys<Audience>(kAudienceFields, shape);
  shape.rules = {{KeyRule::Kind::kNeedsOne, {"group", "priority"}},
                 {KeyRule::Kind::kNeedsOne, {"priority", "group"}}};
  return shape;
}

void ReadAudience(const Node& written, const Scope& scope, Audience& target) {
  const std::optional<Node> rest = WithoutStrays(written, scope);
  const Node& node = rest ? *rest : written;
  MappingKind kind = {"an audience"};
  kind.missing_help = "say who belongs to it: who: { did: ... }";
  if (!ReadFields<Audience>(node, kind, kAudienceFields, scope, target)) return;
  const Node* group = node.Find("group");
  const Node* priority = node.Find("priority");
  if (priority != nullptr && group == nullptr) {
    scope.Fault("priority-without-group", priority->place,
                "found 'priority' without 'group'; it orders the audiences of "
                "a group");
  }
  if (group != nullptr && priority == nullptr) {
    scope.Fault("group-without-priority", group->place,
                "found 'group' without 'priority'; the audience of the "
                "smallest one has the profile");
  }
}

}  // namespace audienced
