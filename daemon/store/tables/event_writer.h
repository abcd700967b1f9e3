#ifndef AUDIENCED_DAEMON_STORE_TABLES_EVENT_WRITER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_EVENT_WRITER_H_

#include "absl/types/span.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/postgres/write_transaction.h"
#include "daemon/store/records.h"

// Writes events, and what they say, in a transaction. Throws the exceptions of
// libpqxx.

namespace audienced {

// What becomes of an event whose key is there already. To pass it over takes
// another look into the index for each event, half as long again as to store
// it.
enum class KnownEvents { kAreAnError, kPassedOver };

// The first that a transaction does. The partitions must exist.
void WriteEvents(WriteTransaction& transaction,
                 absl::Span<const EventRecord> events, KnownEvents known);

// What the events say of traits and consents.
void WriteRemnants(DatabaseConnection& connection,
                   absl::Span<const EventRecord> events);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_EVENT_WRITER_H_
