#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

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

// The name of a property, which one of some event is to have. A lint tells of
// names that none can have: `items`, `traits` and `consent` are other fields of
// an event, and so are what is in them (`items.item_id`).
std::optional<std::string> ReadPropertyName(const Node& node,
                                            std::string_view what,
                                            const Scope& scope);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_KNOWN_PROPERTIES_H_
