#ifndef AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DIGEST_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DIGEST_H_

#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace audienced {

// 128 bits tell all texts apart that there ever are, and are compared without a
// look at the text. A key of hash tables.
struct TextDigest {
  uint64_t low = 0;
  uint64_t high = 0;

  static TextDigest Of(std::string_view text) {
    const XXH128_hash_t digest = XXH3_128bits(text.data(), text.size());
    return {digest.low64, digest.high64};
  }
  // Of what this is of, and `text` behind it: no two lists of texts have the
  // same. That of a list begins with an empty one.
  TextDigest Then(std::string_view text) const {
    const XXH128_hash_t digest =
        XXH3_128bits_withSeed(text.data(), text.size(), low);
    return {digest.low64 ^ high, digest.high64 + high};
  }
  friend bool operator==(const TextDigest&, const TextDigest&) = default;

  // Its bits are as good as any hash of them.
  struct Hash {
    size_t operator()(TextDigest digest) const { return digest.low; }
  };
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_TEXT_DIGEST_H_
