#include "rules/language/parser/rulebook_parser.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "rules/language/parser/definition_parser.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

// One file on its way into the rulebook.
struct RuleFile {
  Rulebook& rulebook;
  std::string time_zone = "UTC";
};

// IANA names alone: absl also takes paths, `localtime` and fixed offsets, which
// differ from machine to machine or know no summer time.
bool LoadsAsIanaZone(const std::string& name, absl::TimeZone* zone) {
  const bool plain =
      std::all_of(name.begin(), name.end(), [](unsigned char character) {
        return std::isalnum(character) != 0 || character == '_' ||
               character == '-' || character == '+' || character == '/';
      });
  if (!plain || name.starts_with('/') || name.starts_with("Fixed/") ||
      name == "localtime") {
    return false;
  }
  return absl::LoadTimeZone(name, zone);
}

// The zone stands before all else is read, wherever in the file it is written.
absl::TimeZone ReadTimeZone(const Node& document, const Scope& scope,
                            RuleFile& file) {
  absl::TimeZone zone = absl::UTCTimeZone();
  const Node* node = document.Find("timezone");
  if (node == nullptr) return zone;
  const auto name = ReadText(*node, "'timezone'", scope);
  if (!name) return zone;
  if (!LoadsAsIanaZone(*name, &zone)) {
    scope.Fault("bad-timezone", node->place,
                Concat("found ", Quoted(*name),
                       "; 'timezone' is the name of an IANA zone"),
                "write for example Europe/London or UTC");
    return absl::UTCTimeZone();
  }
  file.time_zone = *name;
  return zone;
}

void ReadVersion(const Node& node, const Scope& scope, RuleFile&) {
  const bool is_one =
      node.kind == Node::Kind::kScalar && node.text == "1" && !node.quoted;
  if (is_one) return;
  scope.Fault("bad-version", node.place,
              Concat("found ", Found(node),
                     "; this program reads version 1 of the rule language"),
              node.quoted ? "write 'version: 1', without quotes"
                          : "write 'version: 1'");
}

// The zone of the file, for the things that need it later.
void SetTimeZone(Conversion& conversion, const RuleFile& file) {
  conversion.time_zone = file.time_zone;
}
void SetTimeZone(Audience& audience, const RuleFile& file) {
  audience.time_zone = file.time_zone;
}
template <typename Named>
void SetTimeZone(Named&, const RuleFile&) {}

bool HasKey(const MappingShape& shape, std::string_view name) {
  return std::any_of(shape.keys.begin(), shape.keys.end(),
                     [name](const KeyShape& key) { return key.name == name; });
}

// Whether the definition at `index` is empty because its keys are indented as
// if they were names: then `who` follows `cart-abandoners:`. A fault where so.
bool IsUnindented(const Node& section, size_t index, const MappingShape& shape,
                  std::string_view kind, const Scope& scope) {
  const Node::Entry& entry = section.entries[index];
  if (entry.value.kind != Node::Kind::kNull || !entry.value.text.empty() ||
      index + 1 == section.entries.size()) {
    return false;
  }
  const Node& next = section.entries[index + 1].key;
  if (!HasKey(shape, next.text)) return false;
  scope.Fault("wrong-kind", next.place,
              Concat("found ", Quoted(next.text), " where the name of ",
                     kind[0] == 'a' ? "an " : "a ", kind, " is wanted; ",
                     Quoted(entry.key.text), " is empty"),
              Concat("indent it by two more spaces, so that it belongs to ",
                     Quoted(entry.key.text)));
  return true;
}

// One section: a mapping of names to definitions. A name that cannot be one
// is kept as it is, so that its uses are not faults as well.
template <typename Named>
void ReadSection(const Node& node, std::string_view section,
                 std::string_view kind, const Scope& scope,
                 const RuleFile& file, std::vector<Named>& all,
                 void (*read)(const Node&, const Scope&, Named&),
                 const MappingShape& shape) {
  if (!CheckIsMapping(node, Quoted(section), scope)) return;
  const std::string what =
      Concat("the name of ", kind[0] == 'a' ? "an " : "a ", kind);
  for (size_t i = 0; i < node.entries.size(); ++i) {
    const Node::Entry& entry = node.entries[i];
    ReadName(entry.key, what, scope);
    Named named;
    named.name = entry.key.text;
    named.place = entry.key.place;
    SetTimeZone(named, file);
    if (IsUnindented(node, i, shape, kind, scope)) {
      // Its keys follow, indented in the same way.
      while (i + 1 < node.entries.size() &&
             HasKey(shape, node.entries[i + 1].key.text)) {
        ++i;
      }
    } else {
      read(entry.value, scope.Of(kind, named.name), named);
    }
    all.push_back(std::move(named));
  }
}

ValueShape VersionShape() {
  ValueShape one = WholeNumber(1);
  one.said = "`1`";
  one.maximum = 1;
  return one;
}

template <MappingShape (*mapping)()>
ValueShape SectionShape() {
  const std::string name = mapping().name;
  ValueShape shape =
      NamesTo(MappingOf(name, mapping), std::string(NamePattern()));
  return Said("names, each with a mapping", shape);
}

ValueShape ConsentsShape() {
  ValueShape shape = NamesTo(ConsentPurposeShape(), std::string(NamePattern()));
  return Said("names, each with `granted` or `denied`", shape);
}

constexpr std::array<Field<RuleFile>, 6> kFileFields = {{
    {"version", ReadVersion, VersionShape,
     "the version of the language that the file is written in", kRequired},
    {"conversions",
     [](const Node& node, const Scope& scope, RuleFile& file) {
       ReadSection(node, "conversions", "conversion", scope, file,
                   file.rulebook.conversions, ReadConversion,
                   ConversionShape());
     },
     SectionShape<ConversionShape>,
     "which events count as what: the words of all other rules"},
    {"ladders",
     [](const Node& node, const Scope& scope, RuleFile& file) {
       ReadSection(node, "ladders", "ladder", scope, file,
                   file.rulebook.ladders, ReadLadder, LadderShape());
     },
     SectionShape<LadderShape>,
     "conversions in the order that leads to the goal"},
    {"scores",
     [](const Node& node, const Scope& scope, RuleFile& file) {
       ReadSection(node, "scores", "score", scope, file, file.rulebook.scores,
                   ReadScore, ScoreShape());
     },
     SectionShape<ScoreShape>, "points for what people do"},
    {"consents",
     [](const Node& node, const Scope& scope, RuleFile& file) {
       ReadSection(node, "consents", "consent", scope, file,
                   file.rulebook.consents, ReadConsentPurpose, {"", {}});
     },
     ConsentsShape,
     "the purposes that people agree to, and what holds for who has said "
     "nothing"},
    {"audiences",
     [](const Node& node, const Scope& scope, RuleFile& file) {
       ReadSection(node, "audiences", "audience", scope, file,
                   file.rulebook.audiences, ReadAudience, AudienceShape());
     },
     SectionShape<AudienceShape>, "who belongs together, and for how long"},
}};

constexpr std::array<std::string_view, 1> kTimeZoneKey = {"timezone"};

ValueShape TimeZoneShape() {
  ValueShape shape = FreeText();
  shape.said = "name of an IANA time zone";
  shape.takes_numbers = false;
  return shape;
}

}  // namespace

MappingShape RuleFileShape() {
  MappingShape shape = {"rule-file", {}};
  AddKeys<RuleFile>(kFileFields, shape);
  // Read before all else, so it is in no table.
  const KeyShape time_zone = {
      std::string(kTimeZoneKey[0]),
      TimeZoneShape(),
      "whose midnight ends a day, for dates, calendar words and `days`",
      {"`UTC`"}};
  shape.keys.insert(shape.keys.begin() + 1, time_zone);
  return shape;
}

void ReadRuleFile(const Node& document, Diagnostics& diagnostics,
                  Rulebook& rulebook) {
  const Scope scope(diagnostics);
  RuleFile file{rulebook};
  const absl::TimeZone zone = ReadTimeZone(document, scope, file);
  ReadFields<RuleFile>(document, {"a rule file", {kTimeZoneKey}}, kFileFields,
                       scope.InZone(zone), file);
}

}  // namespace audienced
