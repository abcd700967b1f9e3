#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/project/text_digest.h"

namespace audienced {

// Numbers of texts, by digest. Thread-safe to read while nobody writes.
class TextNumbers {
 public:
  // Brings near what a look-up reads, for one that comes soon.
  void Prefetch(TextDigest digest) const { numbers_.prefetch(digest); }

  std::optional<uint32_t> Find(TextDigest digest) const {
    const auto found = numbers_.find(digest);
    if (found == numbers_.end()) return std::nullopt;
    return found->second;
  }

  // The number that the text has, which is `number` where it had none.
  uint32_t FindOrAdd(TextDigest digest, uint32_t number) {
    return numbers_.try_emplace(digest, number).first->second;
  }

  size_t size() const { return numbers_.size(); }
  auto begin() const { return numbers_.begin(); }
  auto end() const { return numbers_.end(); }

 private:
  absl::flat_hash_map<TextDigest, uint32_t, TextDigest::Hash> numbers_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_
