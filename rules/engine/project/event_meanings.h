#ifndef AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_

#include <xxhash.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "rules/history/history.h"

namespace audienced {

// What a projection made of events, by what they say of what happened: who
// reads many finds that most say what some before them did (this item viewed,
// that one in the cart), and need not look at it again. Not thread-safe.
class EventMeanings {
 public:
  struct Meaning {
    uint32_t class_id = 0;
    Cells cells;
    Cells item_cells;

    // An event that means this and states nothing.
    ProjectedEvent At(Instant time, uint64_t digest,
                      std::string event_id) const {
      return {time, digest, std::move(event_id), class_id, cells, item_cells,
              {},   {}};
    }
  };

  // The meaning of what an event `says`, or null. Valid until the next Keep().
  const Meaning* Find(std::string_view says) const {
    const auto found = meanings_.find(DigestOf(says));
    return found == meanings_.end() ? nullptr : &found->second;
  }

  // Keeps what was made of an event that says that, while there is room.
  void Keep(std::string_view says, const ProjectedEvent& event) {
    if (meanings_.size() == kLimit) return;
    meanings_.try_emplace(
        DigestOf(says), Meaning{event.class_id, event.cells, event.item_cells});
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

  absl::flat_hash_map<absl::uint128, Meaning> meanings_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
