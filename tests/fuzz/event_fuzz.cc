// libFuzzer: any bytes as a batch of events, decoded as a call does. What is
// taken is within the limits, and can be stored: its texts are UTF-8 without
// NUL, and its values JSON.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/statusor.h"
#include "audienced/v1/event_service.pb.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/value_json.h"
#include "daemon/service/conversion/event_conversion.h"

namespace audienced {
namespace {

void Require(bool condition) {
  if (!condition) std::abort();
}

void RequireText(const std::string& text) {
  Require(text.find('\0') == std::string::npos);
}

void CheckTaken(const IncomingEvent& incoming) {
  const Event& event = incoming.event;
  Require(!incoming.identifiers.empty() &&
          incoming.identifiers.size() <= size_t{kIdentifierLimit});
  for (const Identifier& identifier : incoming.identifiers) {
    Require(!identifier.kind.empty() && !identifier.value.empty());
    RequireText(identifier.value);
  }
  Require(!event.name.empty() && event.name.size() <= kEventNameLimitBytes);
  Require(!event.event_id.empty());
  RequireText(event.name);
  RequireText(event.event_id);
  Require(event.items.size() <= size_t{kItemLimit});
  for (const std::string& json :
       {ToJson(event.properties), ToJson(event.items), ToJson(event.traits)}) {
    Require(ParseValue(json).ok());
  }
}

}  // namespace
}  // namespace audienced

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace audienced;
  v1::IngestEventsRequest request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) return 0;
  const absl::StatusOr<std::string> origin = OriginOf(request.origin());
  if (!origin.ok()) return 0;
  const Arrival arrival{*origin, absl::FromUnixSeconds(1'800'000'000)};
  for (const v1::Event& event : request.events()) {
    const absl::StatusOr<IncomingEvent> taken = ToIncomingEvent(event, arrival);
    if (taken.ok()) {
      CheckTaken(*taken);
    } else {
      Require(ReasonOf(taken.status()) != v1::ERROR_REASON_UNSPECIFIED);
      RefusedResult(taken.status());
    }
  }
  return 0;
}
