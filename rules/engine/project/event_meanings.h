#ifndef AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_

#include <xxhash.h>

#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "rules/engine/project/event_meaning.h"

namespace audienced {

// What events mean, by what they say of what happened: who reads many finds
// that most say what some before them did (this item viewed, that one in the
// cart), and need not look at it again. Not thread-safe.
class EventMeanings {
 public:
  // The meaning of what an event `says`, where it is known.
  std::optional<EventMeaning> Find(std::string_view says) const {
    const auto found = meanings_.find(DigestOf(says));
    if (found == meanings_.end()) return std::nullopt;
    return found->second;
  }

  // Whether another one can be kept.
  bool has_room() const { return meanings_.size() < kLimit; }

  // Keeps the meaning of an event that says that, while there is room.
  void Keep(std::string_view says, EventMeaning meaning) {
    if (has_room()) meanings_.try_emplace(DigestOf(says), meaning);
  }

 private:
  // What comes often comes early.
  static constexpr size_t kLimit = 1 << 18;

  // 128 bits tell all texts apart that there ever are, and are compared without
  // a look at the text.
  static absl::uint128 DigestOf(std::string_view says) {
    const XXH128_hash_t digest = XXH3_128bits(says.data(), says.size());
    return absl::MakeUint128(digest.high64, digest.low64);
  }

  absl::flat_hash_map<absl::uint128, EventMeaning> meanings_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
