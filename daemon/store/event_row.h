#ifndef AUDIENCED_DAEMON_STORE_EVENT_ROW_H_
#define AUDIENCED_DAEMON_STORE_EVENT_ROW_H_

#include <string>

#include "daemon/store/records.h"
#include "rules/history/event.h"

namespace audienced {

// The row of an event in the table `event`, in the form in which PostgreSQL
// takes it: cells in the order of kWrittenColumns (tables/event_writer.cc).
std::string EventRow(ProfileId profile, const Event& event);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_EVENT_ROW_H_
