#ifndef AUDIENCED_RULES_ENGINE_PROJECT_HISTORY_NUMBERS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_HISTORY_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "rules/engine/project/text_dictionary.h"

namespace audienced {

// Which selectors an event satisfies: one bit each.
using SelectorSet = std::vector<uint64_t>;

// The numbers that stand in histories for classes of events, which satisfy the
// same selectors, and for texts. Projections that read the same histories share
// them. Thread-safe.
class HistoryNumbers {
 public:
  // Who knows all classes.
  class Reader {
   public:
    virtual ~Reader() = default;
    // The next class, in the order of their numbers. One at a time.
    virtual void Learn(const SelectorSet& selectors) = 0;
  };

  // All of them, for who keeps histories outside of memory.
  struct Table {
    // By number; absent: stands in no history.
    std::vector<std::optional<std::string>> texts;
    std::vector<SelectorSet> classes;  // by number
  };

  HistoryNumbers() = default;
  explicit HistoryNumbers(Table table);
  Table table() const ABSL_LOCKS_EXCLUDED(mutex_);

  // `reader` learns the classes that there are now, and each later one before
  // anyone gets its number, until Remove().
  void Add(Reader& reader) ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(Reader& reader) ABSL_LOCKS_EXCLUDED(mutex_);

  // The number of the class, which is made if it is new.
  uint32_t ClassOf(SelectorSet selectors) ABSL_LOCKS_EXCLUDED(mutex_);

  TextDictionary& texts() { return texts_; }
  const TextDictionary& texts() const { return texts_; }

 private:
  TextDictionary texts_;

  mutable absl::Mutex mutex_;
  std::vector<SelectorSet> classes_ ABSL_GUARDED_BY(mutex_);  // by number
  absl::flat_hash_map<SelectorSet, uint32_t> numbers_ ABSL_GUARDED_BY(mutex_);
  std::vector<Reader*> readers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_HISTORY_NUMBERS_H_
