#ifndef AUDIENCED_RULES_LANGUAGE_LOAD_H_
#define AUDIENCED_RULES_LANGUAGE_LOAD_H_

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "rules/language/model.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"
#include "rules/source/source_file.h"

namespace audienced {

// Reads, parses, checks and lints the rule files of one rulebook. All faults
// of all files go to `diagnostics`, in the order of places; loading goes on
// after each. The rulebook may be used only when diagnostics has no errors: it
// is then complete, and every name in it resolves.
//
// Lints stand only beside no errors: half a rulebook looks odd for reasons that
// its author knows already. Where a file cannot be read at all, names are not
// resolved, because its own would be missing everywhere.
//
// `retention` is how long events count where the rules are to run: a span that
// is longer is an error, and a rule that names no end to how far it looks back
// has a lint.
Rulebook LoadRulebook(absl::Span<const SourceFile> files,
                      Diagnostics& diagnostics,
                      absl::Duration retention = absl::InfiniteDuration());

// The same for rulebooks that stand as mappings inside another document
// (`rulebook:` of a rule test). `nodes` hold the places.
Rulebook LoadRulebook(absl::Span<const Node* const> documents,
                      Diagnostics& diagnostics,
                      absl::Duration retention = absl::InfiniteDuration());

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_LOAD_H_
