#include "rules/language/schema/key_table.h"

#include <set>
#include <utility>

#include "rules/language/parser/rulebook_parser.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Adds the mappings inside `value` that are not yet in `found`.
void AddMappings(const ValueShape& value, std::set<std::string>& seen,
                 std::vector<MappingShape>& found) {
  for (const ValueShape& part : value.parts) AddMappings(part, seen, found);
  for (const ValueShape& first : value.first) AddMappings(first, seen, found);
  const bool refers = value.mapping || value.shape;
  if (!refers || !seen.insert(value.name).second) return;
  if (value.shape) return AddMappings(value.shape(), seen, found);
  const MappingShape mapping = value.mapping();
  found.push_back(mapping);
  for (const KeyShape& key : mapping.keys) AddMappings(key.value, seen, found);
  if (mapping.others) AddMappings(*mapping.others, seen, found);
}

}  // namespace

std::vector<MappingShape> RuleFileMappings() {
  std::vector<MappingShape> found = {RuleFileShape()};
  std::set<std::string> seen;
  const std::vector<KeyShape> keys = found[0].keys;
  for (const KeyShape& key : keys) AddMappings(key.value, seen, found);
  return found;
}

std::string KeyRow(const KeyShape& key) {
  const std::string without = key.otherwise.required
                                  ? "must be there"
                                  : std::string(key.otherwise.told);
  return Concat("| `", key.name, "` | ", key.value.said, " | ", without, " | ",
                key.meaning, " |\n");
}

std::string KeyTableHead() {
  return "| key | value | without it | meaning |\n|---|---|---|---|\n";
}

}  // namespace audienced
