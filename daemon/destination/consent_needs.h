#ifndef AUDIENCED_DAEMON_DESTINATION_CONSENT_NEEDS_H_
#define AUDIENCED_DAEMON_DESTINATION_CONSENT_NEEDS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/destination/destination.h"

namespace audienced {

// The purposes that people must have granted before a destination gets them. A
// destination that is not there needs none.
using ConsentNeeds = std::map<Destination, std::vector<std::string>>;

// What one destination needs.
struct ConsentNeed {
  Destination destination = Destination::kRaw;
  std::vector<std::string> purposes;  // in their order, at least one

  friend bool operator==(const ConsentNeed&, const ConsentNeed&) = default;
};

// Reads `google=ad_user_data+ad_personalization`; absent where `text` has
// another form or names no destination.
std::optional<ConsentNeed> ParseConsentNeed(std::string_view text);

// The other way round.
std::string ConsentNeedText(const ConsentNeed& need);

// All of them; what is said of one destination several times adds up.
ConsentNeeds ConsentNeedsOf(const std::vector<ConsentNeed>& needs);

// Those of `needed` that are not among `required`.
std::vector<std::string> MissingPurposes(
    const std::vector<std::string>& needed,
    const std::vector<std::string>& required);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_CONSENT_NEEDS_H_
