#ifndef AUDIENCED_RULES_SCENARIO_NODE_READING_H_
#define AUDIENCED_RULES_SCENARIO_NODE_READING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "rules/history/value.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"

// How a test file says texts, instants and values of properties. A function
// with `diagnostics` tells it a fault of the node and then answers with
// nothing; `what` names the node in the message.

namespace audienced {

// Whether `node` is a mapping, a list.
bool ExpectMapping(const Node& node, std::string_view what,
                   Diagnostics& diagnostics);
bool ExpectList(const Node& node, std::string_view what,
                Diagnostics& diagnostics);

// Tells every key of `mapping` that is not one of `keys`.
void ExpectKeys(const Node& mapping, const std::vector<std::string_view>& keys,
                std::string_view what, Diagnostics& diagnostics);

// The value of `key`, which must be there.
const Node* Require(const Node& mapping, std::string_view key,
                    std::string_view what, Diagnostics& diagnostics);

// A text that is not empty: a profile, the name of an event.
std::optional<std::string> ReadText(const Node& node, std::string_view what,
                                    Diagnostics& diagnostics);

// What a sender would have sent: quoted words are text, unquoted numbers are
// numbers, `true` and `false` are booleans, lists and mappings are themselves.
Value ReadValue(const Node& node);
// The same of a mapping as a whole.
Properties ReadProperties(const Node& mapping);

// The instants of one test.
class TestTimes {
 public:
  explicit TestTimes(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // Reads `start`, an RFC 3339 timestamp; false where it is none.
  bool ReadStart(const Node& node);

  // An RFC 3339 timestamp, or a duration after the start.
  std::optional<absl::Time> Read(const Node& node);

  // The last instant read; InfinitePast() where there is none.
  absl::Time end() const { return end_; }

 private:
  Diagnostics& diagnostics_;
  std::optional<absl::Time> start_;
  absl::Time end_ = absl::InfinitePast();
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_NODE_READING_H_
