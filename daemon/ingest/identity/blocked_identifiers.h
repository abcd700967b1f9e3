#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_BLOCKED_IDENTIFIERS_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_BLOCKED_IDENTIFIERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// Why an event is refused that has no other identifiers.
inline constexpr char kAllBlocked[] =
    "no identifier names anybody: all have blocked values";

// Values that senders write where they know no identifier: `null`, `anonymous`,
// `0`, the UUID of zeros. Taken for a name, such a value would make one person
// of everybody. A value. Thread-safe to read.
class BlockedIdentifiers {
 public:
  // Those that are always blocked, and `own`. Compared without case (of ASCII)
  // and without spaces around. Values of nothing but `0` and `-` are blocked
  // too, and those of nothing but spaces.
  explicit BlockedIdentifiers(const std::vector<std::string>& own = {});

  bool Contains(std::string_view value) const;

  // The kind `profile` has none: whoever prepares a file and names people by
  // number may begin at 0.
  bool Blocks(const Identifier& identifier) const {
    return identifier.kind != "profile" && Contains(identifier.value);
  }

  // Takes the blocked ones out of `identifiers`; their kinds, in order.
  std::vector<std::string> TakeOut(std::vector<Identifier>& identifiers) const;

 private:
  absl::flat_hash_set<std::string> values_;
  size_t longest_ = 0;  // of values_; a longer value need not be looked up
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_BLOCKED_IDENTIFIERS_H_
