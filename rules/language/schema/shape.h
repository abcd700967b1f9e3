#ifndef AUDIENCED_RULES_LANGUAGE_SCHEMA_SHAPE_H_
#define AUDIENCED_RULES_LANGUAGE_SCHEMA_SHAPE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What rule files look like, as data. The tables of the parser hold, beside
// the function that reads a key, the shape of its value and one sentence of
// meaning; the JSON Schema and the tables of rules/README.md are made of them.
// Plain values; making one has no effect.

namespace audienced {

struct MappingShape;

// What may stand as a value. `said` is how people are told: "duration".
struct ValueShape {
  enum class Kind {
    kText,
    kNumber,
    kBoolean,
    kWord,     // one of `words`
    kList,     // of parts[0]
    kNames,    // a mapping of names of the author's choice to parts[0]
    kMapping,  // `mapping`
    kEither,   // one of `parts`
    kNamed,    // `shape`, which may contain itself
  };
  Kind kind = Kind::kText;
  std::string said;

  // Of kText, and of the names of kNames: an ECMAScript pattern for the whole;
  // empty: any.
  std::string pattern;
  // Of kText: texts that may not stand there.
  std::vector<std::string> refused;
  // Of kText: an unquoted number is the text that stands there.
  bool takes_numbers = false;
  bool may_be_empty = false;

  std::vector<std::string> words;

  // Of kNumber; both included.
  bool whole = false;
  std::optional<int64_t> minimum;
  std::optional<int64_t> maximum;

  std::vector<ValueShape> parts;
  // Of kList, where its first element has a shape of its own.
  std::vector<ValueShape> first;
  // How many elements or names.
  size_t minimum_size = 0;
  size_t maximum_size = std::numeric_limits<size_t>::max();
  bool distinct = false;

  // Of kMapping and kNamed: the name of the definition in the schema.
  std::string name;
  std::function<MappingShape()> mapping;
  std::function<ValueShape()> shape;
};

// What holds where a key is left out.
struct Otherwise {
  std::string_view told = {};  // for people, in Markdown; empty: nothing
  bool required = false;       // it cannot be left out
};
inline constexpr Otherwise kRequired = {{}, true};

// One key of a mapping.
struct KeyShape {
  std::string name;
  ValueShape value;
  std::string meaning;  // one sentence in Markdown, without a final period
  Otherwise otherwise;
};

// What the keys of one mapping have to do with each other.
struct KeyRule {
  enum class Kind {
    kAtMostOne,      // of `keys`
    kExactlyOne,     // of `keys`
    kNeverTogether,  // keys[0] and any of the others
    kNeedsOne,       // keys[0] needs one of the others beside it
    kNotWithWord,    // keys[0] does not stand where keys[1] is `word`
  };
  Kind kind;
  std::vector<std::string> keys;
  std::string word = {};
};

// A mapping of keys to values; other keys are faults unless `others` is there.
struct MappingShape {
  std::string name;  // of the definition in the schema: "did-condition"
  std::vector<KeyShape> keys;
  std::vector<KeyRule> rules = {};
  // The shape of the values of all other keys.
  std::optional<ValueShape> others = {};
  size_t minimum_size = 0;

  // The key of that name, which must be there.
  KeyShape& Key(std::string_view key);
  // The same mapping under another name, with these of its keys only.
  MappingShape Only(std::string new_name,
                    const std::vector<std::string_view>& names) const;
};

// --- Single values ----------------------------------------------------------

// Text that is not empty.
ValueShape FreeText();
// The name of something defined in rule files; `said`: "name of a conversion".
ValueShape NameText(std::string said);
ValueShape AnyNumber();
ValueShape WholeNumber(int64_t minimum);
ValueShape TrueOrFalse();
// Zero is one.
ValueShape DurationText();
// A duration of at least a second.
ValueShape SpanText();
ValueShape PercentText();
ValueShape InstantText();
ValueShape OneWord(std::vector<std::string> words);

// The words of a table with a member `text`.
template <typename Words>
ValueShape OneWordOf(const Words& table) {
  std::vector<std::string> words;
  for (const auto& row : table) words.emplace_back(row.text);
  return OneWord(std::move(words));
}

// --- What is made of others -------------------------------------------------

// A list with at least one element.
ValueShape ListOf(ValueShape element);
ValueShape PairOf(ValueShape element);
// `pattern`: of the names; empty: any.
ValueShape NamesTo(ValueShape value, std::string pattern);
ValueShape Either(std::vector<ValueShape> parts);
ValueShape MappingOf(std::string name, std::function<MappingShape()> mapping);
ValueShape Named(std::string name, std::function<ValueShape()> shape);
// `shape`, told to people as `said`.
ValueShape Said(std::string said, ValueShape shape);

// The pattern of names that are defined in rule files.
std::string_view NamePattern();

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_SCHEMA_SHAPE_H_
