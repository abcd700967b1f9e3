#include "rules/language/schema/key_table.h"

#include <algorithm>
#include <array>
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

std::string KeyTable(const std::vector<KeyShape>& keys) {
  using Row = std::array<std::string, 4>;
  std::vector<Row> rows;
  for (const KeyShape& key : keys) {
    rows.push_back({Concat("`", key.name, "`"), key.value.said,
                    key.otherwise.required ? "must be there"
                                           : std::string(key.otherwise.told),
                    key.meaning});
  }
  const auto says_something = [&](size_t column) {
    return rows.size() == 1 ||
           std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
             return row[column] != rows[0][column];
           });
  };
  std::vector<size_t> columns = {0};
  if (says_something(1)) columns.push_back(1);
  if (says_something(2)) columns.push_back(2);
  columns.push_back(3);

  const Row head = {"key", "value", "without it", "meaning"};
  std::string table;
  const auto add = [&](const Row& row) {
    for (size_t column : columns) table += Concat("| ", row[column], " ");
    table += "|\n";
  };
  add(head);
  for (size_t i = 0; i < columns.size(); ++i) table += "|---";
  table += "|\n";
  for (const Row& row : rows) add(row);
  return table;
}

}  // namespace audienced
