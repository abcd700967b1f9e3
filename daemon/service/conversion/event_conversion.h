#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_EVENT_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_EVENT_CONVERSION_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/event.pb.h"
#include "audienced/v1/event_service.pb.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// Limits of audienced/v1/event.proto and event_service.proto, in bytes where
// nothing else is said.
inline constexpr size_t kEventIdLimitBytes = 256;
inline constexpr size_t kEventNameLimitBytes = 128;
inline constexpr size_t kOriginLimitBytes = 64;
inline constexpr size_t kIdentifierKindLimitBytes = 64;
inline constexpr size_t kIdentifierValueLimitBytes = 512;
inline constexpr int kIdentifierLimit = 16;
inline constexpr int kItemLimit = 500;
inline constexpr int kConsentLimit = 32;

// What is known of an event beside its message.
struct Arrival {
  std::string origin;  // not empty
  absl::Time received_at;
  int64_t event_limit_bytes = 64 << 10;
};

// The event as the pipeline takes it. Total: whatever the message holds, the
// answer is an event within all limits or INVALID_ARGUMENT with the reason and,
// as metadata `field`, the path of the first fault.
absl::StatusOr<IncomingEvent> ToIncomingEvent(const v1::Event& event,
                                              const Arrival& arrival);

// The origin of a request: `default` where it is empty.
absl::StatusOr<std::string> OriginOf(const std::string& origin);

// INVALID_ARGUMENT unless a batch of `count` events may be taken: 1 to `limit`.
absl::Status CheckBatchSize(int64_t count, int64_t limit);

// INVALID_ARGUMENT where an identifier is not of the form of event.proto.
absl::Status CheckIdentifier(const v1::Identifier& identifier,
                             const std::string& field);

// The answer for a refused event: a status of ToIncomingEvent() or of the
// pipeline.
v1::EventResult RefusedResult(const absl::Status& status);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_EVENT_CONVERSION_H_
