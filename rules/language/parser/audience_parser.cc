#include <array>
#include <limits>

#include "rules/language/parser/condition_parser.h"
#include "rules/language/parser/definition_parser.h"
#include "rules/language/parser/field_table.h"
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

void ReadStatus(const Node& node, const Scope& scope, Audience& target) {
  static constexpr std::array<Word<AudienceStatus>, 3> kWords = {{
      {"live", AudienceStatus::kLive},
      {"draft", AudienceStatus::kDraft},
      {"paused", AudienceStatus::kPaused},
  }};
  const auto status = ReadWord<AudienceStatus>(node, "'status'", kWords, scope);
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

void ReadActive(const Node& node, const Scope& scope, Audience& target) {
  struct Ends {
    std::optional<WindowEnd> from;
    std::optional<WindowEnd> until;
  };
  static constexpr std::array<Field<Ends>, 2> kFields = {{
      {"from", [](const Node& value, const Scope& at,
                  Ends& ends) { ends.from = ReadWindowEnd(value, at); }},
      {"until", [](const Node& value, const Scope& at,
                   Ends& ends) { ends.until = ReadWindowEnd(value, at); }},
  }};
  Ends ends;
  if (!ReadFields<Ends>(node, {"'active'"}, kFields, scope, ends)) return;
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
}

void ReadHoldout(const Node& node, const Scope& scope, Audience& target) {
  static constexpr std::array<Field<Holdout>, 2> kFields = {{
      {"percent",
       [](const Node& value, const Scope& at, Holdout& holdout) {
         // `percent: 10` and `percent: 10%` say the same.
         if (value.text.ends_with('%')) {
           holdout.percent =
               ReadPercent(value, "'percent'", at).value_or(Decimal{});
           return;
         }
         const auto percent = ReadNumber(value, "'percent'", at);
         if (!percent) return;
         if (*percent < Decimal{} || *percent > Decimal::FromInteger(100)) {
           at.Fault("bad-percentage", value.place,
                    Concat("found ", Quoted(value.text),
                           "; 'percent' is from 0 to 100"));
           return;
         }
         holdout.percent = *percent;
       },
       /*required=*/true},
      {"group",
       [](const Node& value, const Scope& at, Holdout& holdout) {
         holdout.group =
             ReadName(value, "the name of a group", at).value_or("");
       }},
  }};
  Holdout holdout;
  if (node.kind == Node::Kind::kMapping) {
    ReadFields<Holdout>(node, {"'holdout'"}, kFields, scope, holdout);
  } else {
    holdout.percent = ReadPercent(node, "'holdout'", scope).value_or(Decimal{});
  }
  target.holdout = holdout;
}

void ReadMinimumSize(const Node& node, const Scope& scope, Audience& target) {
  target.minimum_size = ReadWhole(node, "'minimum_size'", 1, scope).value_or(0);
}

// `{ score: heat }`, the form that cannot be taken for a trait.
void ReadContextScore(const Node& node, const Scope& scope, Audience& target) {
  static constexpr std::array<Field<ContextName>, 1> kFields = {{
      {"score",
       [](const Node& value, const Scope& at, ContextName& name) {
         name.name = ReadText(value, "the name of a score", at).value_or("");
         name.place = value.place;
       },
       /*required=*/true},
  }};
  ContextName name;
  name.part = ContextPart::kScore;
  if (ReadFields<ContextName>(node, {"a part of the context"}, kFields, scope,
                              name)) {
    target.context.push_back(std::move(name));
  }
}

void ReadContext(const Node& node, const Scope& scope, Audience& target) {
  static constexpr std::array<Word<ContextPart>, 4> kParts = {{
      {"items", ContextPart::kItems},
      {"cart", ContextPart::kCart},
      {"value", ContextPart::kValue},
      {"last_event", ContextPart::kLastEvent},
  }};
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
    for (const Word<ContextPart>& part : kParts) {
      if (part.text == *word) name = {part.meaning, "", element.place};
    }
    target.context.push_back(std::move(name));
  }
}

constexpr std::array<Field<Audience>, 16> kFields = {{
    {"title", ReadTitle},
    {"description", ReadDescription},
    {"owner", ReadOwner},
    {"tags", ReadTags},
    {"status", ReadStatus},
    {"who", ReadWho, /*required=*/true},
    {"stay", ReadSpanOf<&Audience::stay>},
    {"except", ReadExcept},
    {"consent", ReadConsent},
    {"active", ReadActive},
    {"rejoin_after", ReadSpanOf<&Audience::rejoin_after>},
    {"group", ReadGroup},
    {"priority", ReadPriority},
    {"holdout", ReadHoldout},
    {"minimum_size", ReadMinimumSize},
    {"context", ReadContext},
}};

}  // namespace

void ReadAudience(const Node& node, const Scope& scope, Audience& target) {
  if (!ReadFields<Audience>(node, {"an audience"}, kFields, scope, target)) {
    return;
  }
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
