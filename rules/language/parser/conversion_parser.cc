#include <array>

#include "rules/history/event.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/definition_parser.h"
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
  const auto text = ReadText(node, "'once_per'", scope);
  if (!text) return;
  if (*text == "session") {
    target.once_per = OncePer{OncePer::Kind::kSession, ""};
  } else if (*text == "day") {
    target.once_per = OncePer{OncePer::Kind::kDay, ""};
  } else if (IsItemProperty(*text)) {
    scope.Fault("item-property", node.place,
                Concat("found the item property ", Quoted(*text),
                       "; 'once_per' is session, day or a property of the "
                       "event"),
                "an event may hold several items; name a property of the "
                "event, for example transaction_id");
  } else {
    target.once_per = OncePer{OncePer::Kind::kProperty, *text};
  }
}

constexpr std::array<Field<Conversion>, 6> kFields = {{
    {"kind", ReadKind, /*required=*/true},
    {"role", ReadRole},
    {"event", ReadEvent, /*required=*/true},
    {"where", ReadWhereOfConversion},
    {"worth", ReadWorth},
    {"once_per", ReadOncePer},
}};

}  // namespace

void ReadConversion(const Node& node, const Scope& scope, Conversion& target) {
  if (!ReadFields<Conversion>(node, {"a conversion"}, kFields, scope, target)) {
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
