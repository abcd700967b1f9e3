#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "daemon/ctl/offline/text_numbers.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// The identifiers that lines of a file name, each line one or some together,
// numbered from 0: most lines name whom another one does, and whom that is need
// be asked once. Thread-safe to read while nobody writes.
class IdentifierSets {
 public:
  // As CsvEvents::Look tells them.
  static TextDigest DigestOf(const std::vector<Identifier>& identifiers);

  // The number of the set that `line` names; of one that is new,
  // `identifiers_of` tells them. Lines rise.
  template <typename IdentifiersOf>
  uint32_t NumberOf(TextDigest digest, int64_t line,
                    IdentifiersOf identifiers_of) {
    const auto next = static_cast<uint32_t>(sets_.size());
    const uint32_t number = numbers_.FindOrAdd(digest, next);
    if (number == next) Append({identifiers_of(), line});
    return number;
  }
  void Prefetch(TextDigest digest) const { numbers_.Prefetch(digest); }

  // Takes those of `other` that are not here, which has read other lines. The
  // answer is which number each has here, by that it had there.
  std::vector<uint32_t> Join(IdentifierSets other);

  size_t size() const { return sets_.size(); }
  // Whether every set is one identifier.
  bool has_names_only() const { return has_names_only_; }
  // The first line that names the set.
  int64_t first_line(uint32_t set) const { return sets_[set].first_line; }
  const std::vector<Identifier>& identifiers(uint32_t set) const {
    return sets_[set].identifiers;
  }
  // Takes them out.
  std::vector<Identifier> Take(uint32_t set) {
    return std::move(sets_[set].identifiers);
  }

 private:
  struct Set {
    std::vector<Identifier> identifiers;  // at least one
    int64_t first_line = 0;
  };

  void Append(Set set) {
    has_names_only_ &= set.identifiers.size() == 1;
    sets_.push_back(std::move(set));
  }

  TextNumbers numbers_;
  std::vector<Set> sets_;
  bool has_names_only_ = true;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_
