#ifndef AUDIENCED_RULES_SOURCE_NODE_H_
#define AUDIENCED_RULES_SOURCE_NODE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/source/diagnostic.h"
#include "rules/source/position.h"
#include "rules/source/source_file.h"

namespace audienced {

// One node of a YAML document with its place. Everything that yaml-cpp knows
// is copied out; what it resolves silently (booleans, numbers, nulls) is left
// as the author's text, for the reader of the node to judge.
struct Node {
  enum class Kind { kNull, kScalar, kSequence, kMapping };
  struct Entry;

  Kind kind = Kind::kNull;
  Place place;
  // The text of a scalar without its quotes.
  std::string text;
  // Whether a scalar stood in quotes (or was a block): then it is text, even
  // where it looks like a number.
  bool quoted = false;
  std::vector<Node> elements;  // of a sequence
  std::vector<Entry> entries;  // of a mapping, in order, keys distinct

  // The value of `key` in a mapping, or null.
  const Node* Find(std::string_view key) const;
};

struct Node::Entry {
  Node key;  // a scalar
  Node value;
};

// Reads the one document of `file`. Strict: syntax errors, a text above
// SourceFile::kSizeLimitBytes, more than kNodeLimit nodes, nesting deeper than
// kDepthLimit, anchors, aliases, tags, merge keys, duplicate keys, keys that
// are no scalars and a second document are faults in `diagnostics`. Absent
// where nothing could be read; after a duplicate key the first value stands and
// reading goes on. An empty document is a null node.
std::optional<Node> ReadYaml(const SourceFile& file, Diagnostics& diagnostics);

inline constexpr int kDepthLimit = 64;
// Keys, values, lists and mappings of one file.
inline constexpr int kNodeLimit = 100'000;

// Whether an unquoted `text` is a word that YAML readers take for a boolean
// (yes, NO, on, True, ...).
bool IsBooleanWord(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_NODE_H_
