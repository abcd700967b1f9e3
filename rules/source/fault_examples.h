#ifndef AUDIENCED_RULES_SOURCE_FAULT_EXAMPLES_H_
#define AUDIENCED_RULES_SOURCE_FAULT_EXAMPLES_H_

#include <string_view>

#include "absl/types/span.h"

namespace audienced {

// A piece of a rule file that has a fault, and the same put right. Either a
// whole file, or some of its top-level keys, or the keys of one audience; what
// is left out stands in tests/unit/fault_examples_test.cc, which holds both
// against the loader.
struct FaultExample {
  std::string_view code;
  std::string_view wrong;
  std::string_view right;
};

// One for each fault that can be shown in a few lines, in any order.
absl::Span<const FaultExample> FaultExamples();

// That of `code`, or null.
const FaultExample* FindFaultExample(std::string_view code);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_FAULT_EXAMPLES_H_
