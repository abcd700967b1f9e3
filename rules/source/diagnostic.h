#ifndef AUDIENCED_RULES_SOURCE_DIAGNOSTIC_H_
#define AUDIENCED_RULES_SOURCE_DIAGNOSTIC_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "rules/source/position.h"

namespace audienced {

enum class Severity {
  kError,  // the rulebook cannot be used
  kLint,   // it can, but the author probably did not mean this
};

// One row of the table of faults: the stable name of a fault, its severity,
// what it is in one line, and the longer help that `explain-code` prints.
struct FaultCode {
  std::string_view name;
  Severity severity;
  std::string_view summary;
  std::string_view help;
};

// Every fault that a rule file can have, sorted by name.
absl::Span<const FaultCode> FaultCodes();

// The row of `name`, or null.
const FaultCode* FindFaultCode(std::string_view name);

// One fault at one place.
struct Diagnostic {
  // A name of the table of faults: `unknown-key`, `empty-window`.
  std::string_view code;
  Severity severity = Severity::kError;
  Place place;
  // Lower case, no final period, says found and wanted:
  // "window '0d' is empty; a window must be at least 1s".
  std::string message;
  // Where in the rulebook: "audience 'cart-abandoners', condition
  // 'who.all[0]'". Empty where there is nothing to say.
  std::string within;
  // What to write instead. Empty: no help line.
  std::string help;
};

// Collects the faults of one load. Loading goes on after a fault, so that one
// run tells them all. Of a text that is nothing but faults the first
// kStoredLimit are kept, and the rest is counted: memory and the answer stay
// bounded whatever the text.
class Diagnostics {
 public:
  static constexpr size_t kStoredLimit = 1000;

  // `code` must stand in the table, which also gives the severity.
  void Add(std::string_view code, Place place, std::string message,
           std::string within = "", std::string help = "");

  // Adds all of `other` behind those that are here; no more are kept than
  // kStoredLimit.
  void Append(const Diagnostics& other);

  bool has_errors() const { return error_count_ > 0; }
  int error_count() const { return error_count_; }
  int lint_count() const { return lint_count_; }
  // Whether a further fault is only counted: it needs no words.
  bool is_full() const { return all_.size() >= kStoredLimit; }
  // Those that are kept.
  const std::vector<Diagnostic>& all() const { return all_; }

  // Brings all() into the order of files, lines and columns.
  void Sort();

 private:
  std::vector<Diagnostic> all_;
  int error_count_ = 0;
  int lint_count_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_DIAGNOSTIC_H_
