#ifndef AUDIENCED_RULES_SOURCE_RENDER_H_
#define AUDIENCED_RULES_SOURCE_RENDER_H_

#include <string>

#include "absl/types/span.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

enum class Color { kNever, kAlways };

// The one place where a fault becomes text for people:
//
//   shop.yaml:9:13: error: window '0d' is empty; ... [empty-window]
//     8 |     did: carted
//     9 |     in_last: 0d
//       |              ^^
//     in audience 'cart-abandoners', condition 'who.all[0]'
//     help: write how far to look back, for example 'in_last: 7d'
//
// `files` are searched by name for the lines; where the file is not among them
// the lines are left out. Ends with a newline.
std::string RenderText(const Diagnostic& diagnostic,
                       absl::Span<const SourceFile> files, Color color);

// The same as one JSON object: file, line, column, end_line, end_column,
// severity, code, message, within, help.
std::string RenderJson(const Diagnostic& diagnostic);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_RENDER_H_
