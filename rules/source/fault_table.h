#ifndef AUDIENCED_RULES_SOURCE_FAULT_TABLE_H_
#define AUDIENCED_RULES_SOURCE_FAULT_TABLE_H_

#include "absl/types/span.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// The rows of the table of faults, in any order. FaultCodes() sorts them.
absl::Span<const FaultCode> FaultTable();

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_FAULT_TABLE_H_
