#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_H_

#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/incoming_event.h"

namespace audienced {

// Brings the identifiers of an event into the order in which they say who a
// person is: profile, user_id, then other kinds by name, e-mail and phone, and
// the anonymous and advertising ids last. Drops repeated ones.
//
// The first one that is known decides whose event it is; of a new profile the
// first one makes the permanent key.
void SortByWeight(std::vector<Identifier>& identifiers);

// `kind:value`, the form of a permanent key.
std::string KeyOf(const Identifier& identifier);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_H_
