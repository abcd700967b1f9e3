#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_SHARED_TABLE_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_SHARED_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "rules/engine/project/text_digest.h"

namespace audienced {

// What is known of texts, by digest: what one thread adds the others find.
// Thread-safe.
template <typename Value>
class SharedTable {
 public:
  // Of so many texts at most.
  explicit SharedTable(size_t limit = std::numeric_limits<size_t>::max())
      : limit_(limit) {}

  // What is known of each of `texts`, in `found`; absent: nothing. Many are
  // asked for at once, as they lie all over the memory: it is waited for all of
  // them together, and for the lock but once.
  void Find(absl::Span<const TextDigest> texts,
            absl::Span<std::optional<Value>> found) const {
    absl::ReaderMutexLock lock(&mutex_);
    for (const TextDigest text : texts) values_.prefetch(text);
    for (size_t i = 0; i < texts.size(); ++i) {
      const auto value = values_.find(texts[i]);
      found[i] = value == values_.end() ? std::nullopt
                                        : std::optional<Value>(value->second);
    }
  }

  // Adds what is known of texts: of each unless something is or there is no
  // room. Threads wait for each other here, so best many at once.
  void Add(absl::Span<const std::pair<TextDigest, Value>> known) {
    absl::MutexLock lock(&mutex_);
    for (const auto& [text, value] : known) {
      if (values_.size() < limit_) values_.try_emplace(text, value);
    }
  }

  // Calls `take` with each of `asked` and with what is known of its `digest`,
  // which is what `make` says of it where nothing was. Both are called with the
  // lock held, and the table has no limit.
  template <typename Asked, typename Make, typename Take>
  void FindOrMake(absl::Span<Asked> asked, Make make, Take take) {
    absl::MutexLock lock(&mutex_);
    for (const Asked& one : asked) values_.prefetch(one.digest);
    for (Asked& one : asked) {
      const auto [value, is_new] = values_.try_emplace(one.digest);
      if (is_new) value->second = make(one);
      take(one, value->second);
    }
  }

 private:
  const size_t limit_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<TextDigest, Value, TextDigest::Hash> values_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_SHARED_TABLE_H_
