#ifndef AUDIENCED_DAEMON_CTL_SYNC_STATE_DELIVERY_H_
#define AUDIENCED_DAEMON_CTL_SYNC_STATE_DELIVERY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "audienced/v1/audience.pb.h"

namespace audienced {

using IdentifierList = google::protobuf::RepeatedPtrField<v1::Identifier>;

// One change on its way to a target.
struct Delivery {
  // In the order of the changes.
  int64_t number = 0;
  // Names this delivery, also when it is made again.
  std::string id;
  // As the daemon told it. Of a list that was read again, what it comes to:
  // then without cause and times of a change.
  v1::MembershipChange change;
  // Identifiers of the profile that nobody held before, and those that nobody
  // holds any more: what a target that knows people by identifier is to add and
  // to remove.
  IdentifierList added;
  IdentifierList removed;
};

// Deliveries that are made together. The same until it is finished, also for
// the next process.
struct DeliveryBatch {
  std::vector<Delivery> deliveries;  // empty: nothing waits
  // The number of the first file that a folder gets of it.
  int64_t first_file = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_STATE_DELIVERY_H_
