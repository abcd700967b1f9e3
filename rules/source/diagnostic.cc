#include "rules/source/diagnostic.h"

#include <algorithm>
#include <cassert>
#include <tuple>
#include <utility>

namespace audienced {

void Diagnostics::Add(std::string_view code, Place place, std::string message,
                      std::string within, std::string help) {
  const FaultCode* row = FindFaultCode(code);
  assert(row != nullptr && "the code must stand in the table of faults");
  const Severity severity = row == nullptr ? Severity::kError : row->severity;
  ++(severity == Severity::kError ? error_count_ : lint_count_);
  if (is_full()) return;
  Diagnostic diagnostic;
  diagnostic.severity = severity;
  // The name in the table outlives the caller's.
  diagnostic.code = row == nullptr ? "unknown-code" : row->name;
  diagnostic.place = std::move(place);
  diagnostic.message = std::move(message);
  diagnostic.within = std::move(within);
  diagnostic.help = std::move(help);
  all_.push_back(std::move(diagnostic));
}

void Diagnostics::Append(const Diagnostics& other) {
  const size_t kept = std::min(other.all_.size(), kStoredLimit - all_.size());
  all_.insert(all_.end(), other.all_.begin(), other.all_.begin() + kept);
  error_count_ += other.error_count_;
  lint_count_ += other.lint_count_;
}

void Diagnostics::Sort() {
  std::stable_sort(all_.begin(), all_.end(),
                   [](const Diagnostic& left, const Diagnostic& right) {
                     return std::tie(left.place.file, left.place.range.begin) <
                            std::tie(right.place.file, right.place.range.begin);
                   });
}

}  // namespace audienced
