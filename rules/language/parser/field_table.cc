#include "rules/language/parser/field_table.h"

#include <algorithm>

#include "rules/language/parser/foreign_words.h"
#include "rules/source/spelling.h"
#include "rules/source/yaml_text.h"

namespace audienced {
namespace {

bool Contains(const std::vector<std::string_view>& names,
              std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string KnownKeysHelp(std::string_view key,
                          const std::vector<std::string_view>& known) {
  std::string foreign = HelpForForeignKey(key, known);
  if (!foreign.empty()) return foreign;
  const std::string_view nearest = NearestName(key, known);
  if (!nearest.empty()) return Concat("did you mean ", Quoted(nearest), "?");
  std::string help = "the keys are";
  for (size_t i = 0; i < known.size(); ++i) {
    help += Concat(i == 0 ? " " : ", ", known[i]);
  }
  return help;
}

// Whether `name` stands there and lacks its colon, which is told.
bool MissesColon(const Node& mapping, std::string_view name) {
  return std::any_of(mapping.entries.begin(), mapping.entries.end(),
                     [&](const Node::Entry& entry) {
                       return entry.key.text.starts_with(Concat(name, " "));
                     });
}

// What to write where `what` is no mapping.
std::string HelpInPlaceOf(const Node& node, std::string_view what) {
  const std::string_view odd_space = HelpForOddSpace(node);
  if (!odd_space.empty()) return std::string(odd_space);
  return node.kind == Node::Kind::kScalar ? HelpForBareValue(what, node.text)
                                          : "";
}

}  // namespace

std::string_view HelpForOddSpace(const Node& node) {
  const bool is_key = node.kind == Node::Kind::kScalar && !node.quoted &&
                      FindOddSpace(node.text).has_value();
  return is_key ? "behind the colon is a no-break space (U+00A0); type an "
                  "ordinary one in its place"
                : "";
}

bool CheckIsMapping(const Node& node, std::string_view what,
                    const Scope& scope) {
  if (node.kind == Node::Kind::kMapping) return true;
  scope.Fault("wrong-kind", node.place,
              Concat("found ", Found(node), "; ", what,
                     " is a mapping of keys to values"),
              HelpInPlaceOf(node, what));
  return false;
}

void CheckKeys(const Node& mapping, const MappingKind& kind,
               const std::vector<std::string_view>& known,
               const std::vector<std::string_view>& required,
               const Scope& scope) {
  for (const Node::Entry& entry : mapping.entries) {
    const std::string_view key = entry.key.text;
    if (Contains(known, key)) continue;
    const auto misplaced = std::find_if(
        kind.misplaced.begin(), kind.misplaced.end(),
        [key](const MisplacedKey& one) { return one.name == key; });
    if (misplaced != kind.misplaced.end()) {
      scope.Fault("misplaced-key", entry.key.place,
                  Concat(Quoted(key), " does not belong to ", kind.what,
                         "; it belongs to ", misplaced->belongs_to),
                  std::string(misplaced->help));
      continue;
    }
    scope.Fault("unknown-key", entry.key.place,
                Concat("unknown key ", Quoted(key), " in ", kind.what),
                scope.is_full() ? "" : KnownKeysHelp(key, known));
  }
  for (std::string_view name : required) {
    if (mapping.Find(name) != nullptr || MissesColon(mapping, name)) continue;
    scope.Fault(
        "missing-key", mapping.place,
        Concat("found no ", Quoted(name), "; ", kind.what, " must have one"),
        std::string(kind.missing_help));
  }
}

void CheckAtMostOne(const Node& mapping, KeyNames names, std::string_view code,
                    std::string_view wanted, const Scope& scope) {
  const Node* first = nullptr;
  for (const Node::Entry& entry : mapping.entries) {
    const std::string_view key = entry.key.text;
    if (std::find(names.begin(), names.end(), key) == names.end()) continue;
    if (first == nullptr) {
      first = &entry.key;
      continue;
    }
    scope.Fault(code, entry.key.place,
                Concat("found ", Quoted(key), " beside ", Quoted(first->text),
                       "; ", wanted));
  }
}

}  // namespace audienced
