#ifndef AUDIENCED_DAEMON_STORE_TABLES_SUBSCRIPTION_TABLE_H_
#define AUDIENCED_DAEMON_STORE_TABLES_SUBSCRIPTION_TABLE_H_

#include <functional>
#include <vector>

#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

// Subscriptions, and the removal of what no consumer of changes waits for. What
// is written is written in the transaction that the connection is in. Throws
// the exceptions of libpqxx.

namespace audienced {

void ReadSubscriptions(DatabaseConnection& connection,
                       const std::function<void(SubscriptionRecord)>& each);

// New ones, and new positions of those that are there.
void WriteSubscriptions(DatabaseConnection& connection,
                        const std::vector<SubscriptionRecord>& subscriptions);
void DeleteSubscriptions(DatabaseConnection& connection,
                         const std::vector<SubscriptionName>& names);

// Removes the changes with sequence in (after, through] of each stream, and the
// stays that ended before the entries among them.
void RemoveChanges(DatabaseConnection& connection, const StreamPositions& after,
                   const StreamPositions& through);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_SUBSCRIPTION_TABLE_H_
