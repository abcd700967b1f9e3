#ifndef AUDIENCED_DAEMON_STORE_EVENT_ROW_H_
#define AUDIENCED_DAEMON_STORE_EVENT_ROW_H_

#include <array>
#include <string>

#include "daemon/store/postgres/binary_format.h"
#include "daemon/store/records.h"
#include "rules/history/event.h"

namespace audienced {

struct EventCell {
  const char* column;
  PostgresType type;
};

// What is written of an event into the table `event`, in this order.
inline constexpr std::array<EventCell, 12> kEventCells = {{
    {"profile_id", PostgresType::kInt8},
    {"occurred_at", PostgresType::kTimestamptz},
    {"received_at", PostgresType::kTimestamptz},
    {"event_key", PostgresType::kUuid},
    {"origin", PostgresType::kText},
    {"event_id", PostgresType::kText},
    {"name", PostgresType::kText},
    {"session_id", PostgresType::kText},
    {"properties", PostgresType::kJsonb},
    {"items", PostgresType::kJsonb},
    {"traits", PostgresType::kJsonb},
    {"consents", PostgresType::kJsonb},
}};

// The row of an event, in the form in which PostgreSQL takes it: kEventCells.
std::string EventRow(ProfileId profile, const Event& event);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_EVENT_ROW_H_
