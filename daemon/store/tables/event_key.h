#ifndef AUDIENCED_DAEMON_STORE_TABLES_EVENT_KEY_H_
#define AUDIENCED_DAEMON_STORE_TABLES_EVENT_KEY_H_

#include <string_view>

#include "daemon/store/postgres/binary_format.h"

namespace audienced {

// The key of the event that is known by `origin` and `event_id`: the first 128
// bits of SHA-256 over both, each after its length in bytes (4 bytes,
// big-endian). Where `event_id` is a UUID of version 6 or 7, the first 48 bits
// are those of the UUID: keys of one sender then grow with time, and so does
// the index. Never changes: it is stored.
Uuid EventKey(std::string_view origin, std::string_view event_id);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_EVENT_KEY_H_
