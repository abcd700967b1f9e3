#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_FIELD_TABLE_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_FIELD_TABLE_H_

#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "rules/language/parser/scope.h"
#include "rules/language/schema/shape.h"
#include "rules/source/node.h"

namespace audienced {

using KeyNames = absl::Span<const std::string_view>;

// One key of a YAML mapping: how its value gets into `Target`, and, for the
// schema and the reference, what may stand there and what it means. Each kind
// of mapping has one table of them, which is all that may stand in it.
template <typename Target>
struct Field {
  std::string_view name;
  void (*read)(const Node& value, const Scope& scope, Target& target);
  ValueShape (*shape)();
  std::string_view meaning;  // one sentence, in Markdown
  Otherwise otherwise = {};
};

// Adds the keys of the table `fields` to `shape`.
template <typename Target>
void AddKeys(absl::Span<const Field<Target>> fields, MappingShape& shape) {
  for (const Field<Target>& field : fields) {
    shape.keys.push_back({std::string(field.name), field.shape(),
                          std::string(field.meaning), field.otherwise});
  }
}

// A key that belongs to another kind of mapping, and to which: a better hint
// than the nearest spelling.
struct MisplacedKey {
  std::string_view name;
  std::string_view belongs_to;
  std::string_view help = {};
};

// What a mapping is and which keys it has.
struct MappingKind {
  // For messages: "an audience", "a 'did' condition".
  std::string_view what;
  // Keys that are read elsewhere, beside those of the table.
  std::vector<KeyNames> others = {};
  absl::Span<const MisplacedKey> misplaced = {};
  // Of a fault about a key that is missing.
  std::string_view missing_help = {};
};

// The help where a key and its value are one text, as a no-break space stands
// between them; empty where `node` is something else.
std::string_view HelpForOddSpace(const Node& node);

// Whether `node` is a mapping; a fault where it is not.
bool CheckIsMapping(const Node& node, std::string_view what,
                    const Scope& scope);

// Faults for every key that is not among `known` and for every missing one of
// `required`.
void CheckKeys(const Node& mapping, const MappingKind& kind,
               const std::vector<std::string_view>& known,
               const std::vector<std::string_view>& required,
               const Scope& scope);

// Fault `code` at the second and each later key of `mapping` that is one of
// `names`; `wanted` says what to do.
void CheckAtMostOne(const Node& mapping, KeyNames names, std::string_view code,
                    std::string_view wanted, const Scope& scope);

// Reads the mapping `node` into `target` by the table `fields`. False, with a
// fault, where it is no mapping; other faults leave their part of `target` as
// it was.
template <typename Target>
bool ReadFields(const Node& node, const MappingKind& kind,
                absl::Span<const Field<Target>> fields, const Scope& scope,
                Target& target) {
  if (!CheckIsMapping(node, kind.what, scope)) return false;
  std::vector<std::string_view> known;
  std::vector<std::string_view> required;
  for (const Field<Target>& field : fields) {
    known.push_back(field.name);
    if (field.otherwise.required) required.push_back(field.name);
  }
  for (KeyNames others : kind.others) {
    known.insert(known.end(), others.begin(), others.end());
  }
  CheckKeys(node, kind, known, required, scope);
  for (const Field<Target>& field : fields) {
    const Node* value = node.Find(field.name);
    if (value != nullptr) field.read(*value, scope, target);
  }
  return true;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_FIELD_TABLE_H_
