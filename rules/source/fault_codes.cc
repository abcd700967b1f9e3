#include <algorithm>
#include <vector>

#include "rules/source/diagnostic.h"
#include "rules/source/fault_table.h"

namespace audienced {
namespace {

bool IsBefore(const FaultCode& row, std::string_view name) {
  return row.name < name;
}

}  // namespace

absl::Span<const FaultCode> FaultCodes() {
  static const auto* const kSorted = [] {
    const absl::Span<const FaultCode> table = FaultTable();
    auto* rows = new std::vector<FaultCode>(table.begin(), table.end());
    std::sort(rows->begin(), rows->end(),
              [](const FaultCode& left, const FaultCode& right) {
                return left.name < right.name;
              });
    return rows;
  }();
  return *kSorted;
}

const FaultCode* FindFaultCode(std::string_view name) {
  const absl::Span<const FaultCode> rows = FaultCodes();
  const auto row = std::lower_bound(rows.begin(), rows.end(), name, IsBefore);
  if (row == rows.end() || row->name != name) return nullptr;
  return &*row;
}

}  // namespace audienced
