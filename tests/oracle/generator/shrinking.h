#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_SHRINKING_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_SHRINKING_H_

#include "absl/functional/function_ref.h"
#include "tests/oracle/generator/random_case.h"

namespace audienced::oracle {

// Leaves out events, properties, audiences, conditions and modifiers, one at a
// time, for as long as `fails` says that the case still fails.
RandomCase Shrink(RandomCase failing,
                  absl::FunctionRef<bool(const RandomCase&)> fails);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_SHRINKING_H_
