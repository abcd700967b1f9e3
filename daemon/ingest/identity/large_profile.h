#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_LARGE_PROFILE_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_LARGE_PROFILE_H_

#include "rules/history/event.h"

namespace audienced {

// The origin of the events that the daemon itself stores; senders cannot use
// it.
inline constexpr char kOwnOrigin[] = "audienced";

// The trait of a profile with more events than one person makes, by which rules
// can leave it out.
inline constexpr char kLargeTrait[] = "$large";

// The event that says so, `$flagged`, at the instant and within the session of
// the one that made the profile large. Equal for all of a profile: it is kept
// once.
Event LargeProfileFlag(const Event& over);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_LARGE_PROFILE_H_
