#ifndef AUDIENCED_TESTS_BENCHMARK_RESIDENT_INPUTS_H_
#define AUDIENCED_TESTS_BENCHMARK_RESIDENT_INPUTS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "tests/benchmark/shop/shop_event.h"

namespace audienced::benchmark_shop {

// What a program here works on.
struct Inputs {
  std::shared_ptr<const CompiledRulebook> rulebook;
  std::vector<ShopEvent> events;
};

// Reads both; says on stderr what is wrong with them, and is absent then.
std::optional<Inputs> ReadInputs(const std::string& rules,
                                 const std::string& events);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_RESIDENT_INPUTS_H_
