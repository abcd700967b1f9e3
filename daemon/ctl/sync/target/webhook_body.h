#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_BODY_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_BODY_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "daemon/ctl/sync/state/delivery.h"

namespace audienced {

// In which form an endpoint takes changes.
enum class WebhookShape : uint8_t {
  // Ours: {"changes": [{"id", "change", "added_identifiers",
  // "removed_identifiers"}]}; `change` is a MembershipChange.
  kAudienced,
  // Segment's batch of track calls, `Audience Entered` and `Audience Exited`,
  // with `audience_key` and the key itself among the properties. Renewals, and
  // updates that change no identifier, have no place there.
  kSegment,
};

// The body of one request, JSON; empty where the shape has no place for any of
// the deliveries.
std::string WebhookBody(WebhookShape shape,
                        absl::Span<const Delivery> deliveries);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_BODY_H_
