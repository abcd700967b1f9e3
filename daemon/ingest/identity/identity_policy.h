#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTITY_POLICY_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTITY_POLICY_H_

#include <cstdint>

#include "daemon/ingest/identity/blocked_identifiers.h"
#include "daemon/ingest/identity/identifier_limits.h"

namespace audienced {

// What events may say of who is who. A value.
struct IdentityPolicy {
  BlockedIdentifiers blocked;
  IdentifierLimits limits;
  // A profile with more events is flagged.
  int64_t large_profile_events = 10'000;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTITY_POLICY_H_
