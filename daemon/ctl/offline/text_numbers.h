#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace audienced {

// 128 bits tell all texts apart that there ever are, and are compared without a
// look at the text.
struct TextDigest {
  uint64_t low = 0;
  uint64_t high = 0;

  static TextDigest Of(std::string_view text) {
    const XXH128_hash_t digest = XXH3_128bits(text.data(), text.size());
    return {digest.low64, digest.high64};
  }
  friend bool operator==(const TextDigest&, const TextDigest&) = default;
};

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
  struct Low {
    size_t operator()(TextDigest digest) const { return digest.low; }
  };

  absl::flat_hash_map<TextDigest, uint32_t, Low> numbers_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_TEXT_NUMBERS_H_
