#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_NET_DELIVERIES_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_NET_DELIVERIES_H_

#include <vector>

#include "audienced/v1/audience.pb.h"
#include "daemon/ctl/sync/state/delivery.h"

namespace audienced {

// What a batch comes to, so that all removals can go before all additions.
struct NetDeliveries {
  std::vector<v1::Member> removed;
  std::vector<v1::Member> added;
};

// Where people are known `by_identifier`: members with those identifiers alone
// that get their first holder, or lose their last one, and with what describes
// the person. Else each profile as it stands last; those who are gone with the
// identifiers that nobody holds any more.
NetDeliveries NetDeliveriesOf(const std::vector<Delivery>& deliveries,
                              bool by_identifier);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_NET_DELIVERIES_H_
