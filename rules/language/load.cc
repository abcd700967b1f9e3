#include "rules/language/load.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "rules/language/check/cycle_checker.h"
#include "rules/language/check/lints.h"
#include "rules/language/check/name_checker.h"
#include "rules/language/check/retention_check.h"
#include "rules/language/parser/rulebook_parser.h"

namespace audienced {
namespace {

// What all files say is there. `all_read`: no file is missing; without one of
// them every use of its names would be a fault of its own.
void CheckRulebook(bool all_read, absl::Duration retention, Rulebook& rulebook,
                   Diagnostics& diagnostics) {
  RemoveDuplicateNames(rulebook, diagnostics);
  if (all_read) {
    CheckNames(rulebook, diagnostics);
    CheckForCycles(rulebook, diagnostics);
  }
  CheckRetention(rulebook, retention, diagnostics);
  // Half a rulebook looks odd for reasons that its author knows already.
  if (!diagnostics.has_errors()) {
    AddLints(rulebook, diagnostics);
    AddRetentionLints(rulebook, retention, diagnostics);
  }
  diagnostics.Sort();
}

}  // namespace

Rulebook LoadRulebook(absl::Span<const SourceFile> files,
                      Diagnostics& diagnostics, absl::Duration retention) {
  std::vector<const SourceFile*> in_order;
  for (const SourceFile& file : files) in_order.push_back(&file);
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const SourceFile* left, const SourceFile* right) {
                     return left->name() < right->name();
                   });
  Rulebook rulebook;
  bool all_read = true;
  for (const SourceFile* file : in_order) {
    // One tree at a time: it is many times as large as its text.
    const std::optional<Node> document = ReadYaml(*file, diagnostics);
    all_read = all_read && document.has_value();
    if (document) ReadRuleFile(*document, diagnostics, rulebook);
  }
  CheckRulebook(all_read, retention, rulebook, diagnostics);
  return rulebook;
}

Rulebook LoadRulebook(absl::Span<const Node* const> documents,
                      Diagnostics& diagnostics, absl::Duration retention) {
  Rulebook rulebook;
  for (const Node* document : documents) {
    ReadRuleFile(*document, diagnostics, rulebook);
  }
  CheckRulebook(/*all_read=*/true, retention, rulebook, diagnostics);
  return rulebook;
}

}  // namespace audienced
