#ifndef AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_

#include <optional>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/text_digest.h"

namespace audienced {

// What events mean, by what they say of what happened: who reads many finds
// that most say what some before them did (this item viewed, that one in the
// cart), and need not look at it again. Not thread-safe.
class EventMeanings {
 public:
  // The meaning of what an event `says`, where it is known.
  std::optional<EventMeaning> Find(std::string_view says) const {
    const auto found = meanings_.find(TextDigest::Of(says));
    if (found == meanings_.end()) return std::nullopt;
    return found->second;
  }

  // Keeps the meaning of an event that says that, while there is room.
  void Keep(std::string_view says, EventMeaning meaning) {
    if (meanings_.size() == kLimit) return;
    meanings_.try_emplace(TextDigest::Of(says), meaning);
  }

 private:
  // What comes often comes early.
  static constexpr size_t kLimit = 1 << 18;

  absl::flat_hash_map<TextDigest, EventMeaning, TextDigest::Hash> meanings_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
