#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_CONTEXT_WORDS_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_CONTEXT_WORDS_H_

#include <array>

#include "rules/language/model.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {

// What `context` can name beside scores and traits.
inline constexpr std::array<Word<ContextPart>, 4> kContextParts = {{
    {"items", ContextPart::kItems},
    {"cart", ContextPart::kCart},
    {"value", ContextPart::kValue},
    {"last_event", ContextPart::kLastEvent},
}};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_CONTEXT_WORDS_H_
