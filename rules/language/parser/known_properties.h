#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_

#include <string_view>

#include "absl/types/span.h"

namespace audienced {

// A property whose meaning the engine knows, wherever an event came from.
struct KnownProperty {
  std::string_view name;
  std::string_view meaning;  // for people, in Markdown
};

// Those of events, then those of items.
absl::Span<const KnownProperty> KnownProperties();

// The names that are compared as numbers: text is a fault there.
bool IsNumberProperty(std::string_view name);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_
