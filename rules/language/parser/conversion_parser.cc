#include <array>

#include "rules/history/event.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/definition_parser.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

constexpr std::array<Word<ConversionKind>, 2> kKinds = {{
    {"micro", ConversionKind::kMicro},
    {"macro", ConversionKind::kMacro},
}};

constexpr std::array<Word<ConversionRole>, 2> kRoles = {{
    {"process", ConversionRole::kProcess},
    {"secondary", ConversionRole::kSecondary},
}};

void ReadKind(const Node& node, const Scope& scope, Conversion& target) {
  const auto kind = ReadWord<ConversionKind>(node, "'kind'", kKinds, scope);
  if (kind) target.kind = *kind;
}

void ReadRole(const Node& node, const Scope& scope, Conversion& target) {
  const auto role = ReadWord<ConversionRole>(node, "'role'", kRoles, scope);
  if (role) target.role = *role;
}

void ReadEvent(const Node& node, const Scope& scope, Conversion& target) {
  ReadEventNames(node, scope, target.selector);
}

void ReadWhereOfConversion(const Node& node, const Scope& scope,
                           Conversion& target) {
  target.selector.where = ReadWhere(node, scope);
}

void ReadWorth(const Node& node, const Scope& scope, Conversion& target) {
  if (node.kind == Node::Kind::kScalar && node.text == "learned") {
    target.worth = Worth{/*learned=*/true, {}};
    return;
  }
  const auto amount = ReadNumber(node, "'worth'", scope);
  if (!amount) return;
  if (*amount < Decimal{}) {
    scope.Fault("bad-number", node.place,
                Concat("found ", Quoted(node.text),
                       "; 'worth' is an amount that is not negative, or the "
                       "word learned"));
    return;
  }
  target.worth = Worth{/*learned=*/false, *amount};
}

void ReadOncePer(const Node& node, const Scope& scope, Conversion& target) {
  const auto text = ReadPropertyName(node, "'once_per'", scope);
  if (!text) return;
  if (*text == "session") {
    target.once_per = OncePer{OncePer::Kind::kSession, "", node.place};
  } else if (*text == "day") {
    target.once_per = OncePer{OncePer::Kind::kDay, "", node.place};
  } else if (IsItemProperty(*text)) {
    scope.Fault("item-property", node.place,
                Concat("found the item property ", Quoted(*text),
                       "; 'once_per' is session, day or a property of the "
                       "event"),
                "an event may hold several items; name a property of the "
                "event, for example transaction_id");
  } else {
    target.once_per = OncePer{OncePer::Kind::kProperty, *text, node.place};
  }
}

ValueShape WorthShape() {
  ValueShape amount = AnyNumber();
  amount.said = "amount from 0";
  amount.minimum = 0;
  return Either({amount, OneWord({"learned"})});
}

ValueShape OncePerShape() {
  ValueShape property = FreeText();
  property.said = "property of the event";
  for (std::string_view name : ItemProperties()) {
    property.refused.emplace_back(name);
  }
  return Either({OneWord({"session", "day"}), property});
}

constexpr std::array<Field<Conversion>, 6> kConversionFields = {{
    {"kind", ReadKind, [] { return OneWordOf(kKinds); },
     "`macro`: the goal, mostly the purchase; `micro`: a step on the way to it "
     "or a sign of interest",
     kRequired},
    {"role", ReadRole, [] { return OneWordOf(kRoles); },
     "of a micro conversion: `process` is a step on the way to the goal, "
     "`secondary` a sign of interest beside it"},
    {"event", ReadEvent, EventNamesShape,
     "the events that are meant, by name; `\"*\"` is any event", kRequired},
    {"where", ReadWhereOfConversion, WhereShape,
     "tests that the properties of the event must pass"},
    {"worth", ReadWorth, WorthShape,
     "what one is worth to you; `learned`: the share of those who later reach "
     "the macro conversion, times its mean value, as `audiencectl conversions` "
     "tells it. It makes no difference to any audience"},
    {"once_per",
     ReadOncePer,
     OncePerShape,
     "counts only the first per session, per calendar day, or per value of a "
     "property, for example `transaction_id`",
     {"each event counts"}},
}};

}  // namespace

MappingShape ConversionShape() {
  MappingShape shape = {"conversion", {}};
  AddKeys<Conversion>(kConversionFields, shape);
  shape.rules = {{KeyRule::Kind::kNotWithWord, {"role", "kind"}, "macro"}};
  return shape;
}

void ReadConversion(const Node& node, const Scope& scope, Conversion& target) {
  if (!ReadFields<Conversion>(node, {"a conversion"}, kConversionFields, scope,
                              target)) {
    return;
  }
  const Node* role = node.Find("role");
  if (target.kind == ConversionKind::kMacro && role != nullptr) {
    scope.Fault("role-on-macro", role->place,
                "found a role on a macro conversion; only micro conversions "
                "have one");
    target.role = ConversionRole::kNone;
  }
}

}  // namespace audienced
