#ifndef AUDIENCED_DAEMON_INGEST_EVENT_LINE_H_
#define AUDIENCED_DAEMON_INGEST_EVENT_LINE_H_

#include <cstdint>
#include <string>

#include "daemon/ingest/incoming_event.h"

namespace audienced {

// What one line of a file turned out to be: an event, or a fault.
struct EventLine {
  int64_t number = 0;  // 1-based
  IncomingEvent incoming;
  std::string fault;  // why it is no event; empty: it is one
  std::string text;   // as it stands in the file; of faulty lines only
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_EVENT_LINE_H_
