#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_TARGET_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_TARGET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/ctl/sync/state/delivery.h"
#include "daemon/ctl/sync/state/sync_state.h"

namespace audienced {

// A delivery that a target will never take.
struct RefusedDelivery {
  Delivery delivery;
  std::string why;
};

// What became of a batch.
struct DeliveryResult {
  // OK: it is there, but for what is refused. UNAVAILABLE: it may succeed
  // later, and some of it may be there already. Others: no batch will get
  // there.
  absl::Status status;
  absl::Duration retry_delay;  // that the target asks for; zero: none
  int64_t files = 0;           // that were written
  std::vector<RefusedDelivery> refused;
};

// Where a sync delivers to. A batch may come again, whole, after it was
// delivered in part or whole: so a target is told each change at least once.
class Target {
 public:
  virtual ~Target() = default;

  // How much it takes at once.
  virtual BatchLimits limits() const = 0;

  // Makes the deliveries, in order for each profile. Not empty.
  virtual DeliveryResult Deliver(const DeliveryBatch& batch) = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_TARGET_H_
