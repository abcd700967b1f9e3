#include <vector>

#include "tests/oracle/generator/random_condition.h"

namespace audienced::oracle {
namespace {

struct TestedProperty {
  const char* name;
  std::vector<const char*> tests;
};

// What a `where` may ask, in words that RandomHistory() uses.
const std::vector<TestedProperty>& TestedProperties() {
  static const auto& tested = *new std::vector<TestedProperty>{
      {"value",
       {"{ above: 20 }", "{ at_least: 30 }", "30", "[2, 20]",
        "{ between: [2, 20] }", "{ below: 20 }", "{ is_not: 30 }",
        "{ exists: false }", "{ above: 2, below: 30 }"}},
      {"price",
       {"{ above: 20 }", "{ at_least: 30 }", "30", "{ at_most: 20 }",
        "{ is_not: 30 }", "{ exists: true }", "{ between: [12.5, 20] }"}},
      {"quantity",
       {"{ above: 1 }", "{ at_least: 1 }", "2", "[1, 3]", "{ below: 2 }",
        "{ is_not: 1 }", "{ at_most: 2 }"}},
      {"item_id",
       {"x", "x", "[x, w]", "{ is_not: x }", "\"7\"", "7", "{ exists: true }",
        "{ exists: true }", "{ not_in: [x, w] }", "{ in: [w, z] }"}},
      {"item_category", {"Shoes", "{ is_not: Shoes }", "[Shoes, Hats]"}},
      {"item",
       {"{ item_id: x, price: { above: 20 } }",
        "{ item_category: Shoes, quantity: { at_least: 1 } }",
        "{ item_id: { is_not: x }, price: { exists: true } }", "{ color: red }",
        "{ item_id: [x, w], quantity: 2 }"}},
      {"country",
       {"ES", "{ is: es, ignore_case: true }", "[ES, GB]", "{ is_not: ES }",
        "{ is: éS, ignore_case: true }",
        "{ starts_with: é, ignore_case: true }",
        "{ contains: s, ignore_case: true }", "{ ends_with: S }",
        "{ ends_with: ÉS, ignore_case: true }", "{ exists: false }",
        "{ matches: \"^e\" }", "{ matches: \"^e\", ignore_case: true }"}},
      {"campaign",
       {"a", "[a, b]", "{ is_not: a }", "{ is_not: [a, b] }",
        "{ starts_with: a }", "\"7\"", "7", "{ exists: true }"}},
      {"session_id", {"s1", "{ is_not: s1 }", "{ exists: false }"}},
      {"size",
       {"7", "\"7\"", "\"7.0\"", "{ is_not: 7 }", "{ is_not: \"7\" }",
        "{ at_least: 7 }", "{ contains: \"7\" }"}},
      {"customer.tier", {"gold", "{ is_not: gold }", "{ exists: true }"}},
      {"tags", {"a", "{ is_not: b }", "{ exists: true }", "[b, c]"}},
      {"member", {"true", "false", "{ is_not: true }", "{ exists: true }"}},
  };
  return tested;
}

}  // namespace

Tree ConditionMaker::Where() {
  const auto& tested = TestedProperties();
  const int count = static_cast<int>(tested.size());
  const int first = dice_.Below(count);
  const int second = (first + 1 + dice_.Below(count - 1)) % count;
  Tree where = Tree::Map();
  const auto add = [&](const TestedProperty& property) {
    const int tests = static_cast<int>(property.tests.size());
    where.Set(property.name, property.tests[dice_.Below(tests)]);
  };
  add(tested[first]);
  if (dice_.Chance(20)) add(tested[second]);
  return where;
}

}  // namespace audienced::oracle
