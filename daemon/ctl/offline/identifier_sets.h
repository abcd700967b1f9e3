#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "daemon/ctl/offline/shared_table.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/engine/project/text_digest.h"

namespace audienced {

// Identifiers that stand together, at least one; mostly it is the only one.
using IdentifierSet = absl::InlinedVector<Identifier, 1>;

// The identifiers that lines of a file name, each line one or some together,
// numbered from 0: most lines name whom another one does, and whom that is need
// be asked once. Several threads may find and add at once; the rest is for when
// all lines are read.
class IdentifierSets {
 public:
  // The digest of a set with one identifier more.
  static TextDigest With(TextDigest set, std::string_view kind,
                         std::string_view value) {
    return set.Then(kind).Then(value);
  }

  // The number of each of `sets`, in `numbers`; absent: it is not known.
  void Find(absl::Span<const TextDigest> sets,
            absl::Span<std::optional<uint32_t>> numbers) const {
    numbers_.Find(sets, numbers);
  }
  // A set that may be new.
  struct Asked {
    TextDigest digest;
    IdentifierSet identifiers;
    uint32_t number = 0;
  };
  // Tells the number of each, which it gets if it is new; its identifiers are
  // taken then.
  void Number(absl::Span<Asked> asked);

  size_t size() const { return sets_.size(); }
  // Whether every set is one identifier.
  bool has_names_only() const { return has_names_only_; }
  const IdentifierSet& identifiers(uint32_t set) const { return sets_[set]; }
  // Takes them out. Of several sets also at once.
  IdentifierSet Take(uint32_t set) { return std::move(sets_[set]); }

 private:
  SharedTable<uint32_t> numbers_;
  // Changed with the lock of the table alone.
  std::deque<IdentifierSet> sets_;
  bool has_names_only_ = true;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_IDENTIFIER_SETS_H_
