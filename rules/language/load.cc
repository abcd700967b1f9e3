#include "rules/language/load.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "rules/language/check/cycle_checker.h"
#include "rules/language/check/lints.h"
#include "rules/language/check/name_checker.h"
#include "rules/language/parser/rulebook_parser.h"

namespace audienced {
namespace {

// `all_read`: no file is missing. Without one of them every use of its names
// would be a fault of its own.
Rulebook LoadDocuments(const std::vector<const Node*>& documents, bool all_read,
                       Diagnostics& diagnostics) {
  Rulebook rulebook;
  for (const Node* document : documents) {
    ReadRuleFile(*document, diagnostics, rulebook);
  }
  RemoveDuplicateNames(rulebook, diagnostics);
  if (all_read) {
    CheckNames(rulebook, diagnostics);
    CheckForCycles(rulebook, diagnostics);
  }
  // Half a rulebook looks odd for reasons that its author knows already.
  if (!diagnostics.has_errors()) AddLints(rulebook, diagnostics);
  diagnostics.Sort();
  return rulebook;
}

}  // namespace

Rulebook LoadRulebook(absl::Span<const SourceFile> files,
                      Diagnostics& diagnostics) {
  std::vector<const SourceFile*> in_order;
  for (const SourceFile& file : files) in_order.push_back(&file);
  std::stable_sort(in_order.begin(), in_order.end(),
                   [](const SourceFile* left, const SourceFile* right) {
                     return left->name() < right->name();
                   });
  std::vector<std::optional<Node>> read;
  for (const SourceFile* file : in_order) {
    read.push_back(ReadYaml(*file, diagnostics));
  }
  std::vector<const Node*> documents;
  for (const std::optional<Node>& document : read) {
    if (document) documents.push_back(&*document);
  }
  return LoadDocuments(documents, documents.size() == read.size(), diagnostics);
}

Rulebook LoadRulebook(absl::Span<const Node* const> documents,
                      Diagnostics& diagnostics) {
  return LoadDocuments({documents.begin(), documents.end()},
                       /*all_read=*/true, diagnostics);
}

}  // namespace audienced
