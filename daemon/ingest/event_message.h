#ifndef AUDIENCED_DAEMON_INGEST_EVENT_MESSAGE_H_
#define AUDIENCED_DAEMON_INGEST_EVENT_MESSAGE_H_

#include <string>

#include "audienced/v1/event.pb.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/history/value.h"

namespace audienced {

// The event as the API takes it: read back by the daemon it is the same event,
// its numbers exact, save for `received_at` and `origin`, which the daemon and
// the request say.
v1::Event ToMessage(const IncomingEvent& incoming);

// One named value of it.
v1::Property ToMessage(const std::string& name, const Value& value);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_EVENT_MESSAGE_H_
