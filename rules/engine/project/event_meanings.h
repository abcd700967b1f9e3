#ifndef AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_

#include <optional>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/text_digest.h"

namespace audienced {

// What events mean, by what they say of what happened: who reads many finds
// that most say what some before them did (this item viewed, that one in the
// cart), and need not look at it again. Not thread-safe.
class EventMeanings {
 public:
  // Brings near what Find() looks at, for who asks soon.
  void Prefetch(TextDigest says) const { meanings_.prefetch(says); }

  // The meaning of what an event says, by the digest of that, where it is
  // known.
  std::optional<EventMeaning> Find(TextDigest says) const {
    const auto found = meanings_.find(says);
    if (found == meanings_.end()) return std::nullopt;
    return found->second;
  }

  // Keeps the meaning of an event that says that, while there is room.
  void Keep(TextDigest says, EventMeaning meaning) {
    if (meanings_.size() == kLimit) return;
    meanings_.try_emplace(says, meaning);
  }

 private:
  // What comes often comes early.
  static constexpr size_t kLimit = 1 << 18;

  absl::flat_hash_map<TextDigest, EventMeaning, TextDigest::Hash> meanings_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANINGS_H_
