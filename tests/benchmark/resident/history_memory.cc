// What histories take in memory, by the allocator's own count: all that is
// allocated for the histories of a file of events, and, apart, for what they
// share (the texts of items and the like).
//
// usage: benchmark_memory RULES EVENTS.bin
//
// Prints one JSON object.

#include <jemalloc/jemalloc.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <vector>

#include "rules/engine/project/projection.h"
#include "tests/benchmark/resident/inputs.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

// Bytes that the program has allocated, and not given back.
size_t AllocatedBytes() {
  uint64_t epoch = 1;
  size_t size = sizeof(epoch);
  mallctl("epoch", &epoch, &size, &epoch, size);
  size_t allocated = 0;
  size = sizeof(allocated);
  mallctl("stats.allocated", &allocated, &size, nullptr, 0);
  return allocated;
}

int Main(const Inputs& inputs) {
  Projection projection(inputs.rulebook);
  const auto project = [&](size_t i) {
    return projection.Project(
        ToIncoming(inputs.events[i], i, IdKind::kOrdered).event);
  };
  uint32_t persons = 0;
  const size_t before = AllocatedBytes();
  for (size_t i = 0; i < inputs.events.size(); ++i) {
    project(i);
    persons = std::max(persons, inputs.events[i].person + 1);
  }
  const size_t with_dictionaries = AllocatedBytes();
  std::vector<History> histories(persons, projection.NewHistory());
  for (size_t i = 0; i < inputs.events.size(); ++i) {
    histories[inputs.events[i].person].Insert(project(i));
  }
  for (History& history : histories) history.Pack();  // as the daemon does
  const size_t with_histories = AllocatedBytes();
  size_t told = 0;
  for (const History& history : histories) told += history.bytes();
  std::printf(
      "{\"persons\": %u, \"events\": %zu, \"history_bytes\": %zu, "
      "\"dictionary_bytes\": %zu, \"told_bytes\": %zu}\n",
      persons, inputs.events.size(), with_histories - with_dictionaries,
      with_dictionaries - before, told);
  return 0;
}

}  // namespace
}  // namespace audienced::benchmark_shop

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: benchmark_memory RULES EVENTS.bin\n";
    return 2;
  }
  const std::optional<audienced::benchmark_shop::Inputs> inputs =
      audienced::benchmark_shop::ReadInputs(words[1], words[2]);
  return inputs ? audienced::benchmark_shop::Main(*inputs) : 1;
}
