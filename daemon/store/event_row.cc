#include "daemon/store/event_row.h"

#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/cell_writer.h"
#include "daemon/store/tables/event_key.h"

namespace audienced {
namespace {

constexpr size_t kUsualRowBytes = 320;

void JsonbOrNull(CellWriter& cells, const Properties& properties) {
  if (properties.empty()) {
    cells.Null();
  } else {
    cells.Jsonb(ToJson(properties));
  }
}

// `session_id` and the other properties, which share the row but not a column.
void WriteProperties(CellWriter& cells, const Properties& properties) {
  const Value* session = properties.Find("session_id");
  if (session == nullptr || session->text() == nullptr) {
    cells.Null();
    JsonbOrNull(cells, properties);
    return;
  }
  cells.Text(*session->text());
  Properties others;
  for (const auto& [name, value] : properties) {
    if (&value != session) others.Set(name, value);
  }
  JsonbOrNull(cells, others);
}

Properties ConsentsByPurpose(const Event& event) {
  Properties consents;
  for (const auto& [purpose, granted] : event.consents) {
    consents.Set(purpose, Value(granted));
  }
  return consents;
}

}  // namespace

std::string EventRow(ProfileId profile, const Event& event) {
  std::string row;
  row.reserve(kUsualRowBytes);
  CellWriter cells(row);
  cells.Int8(static_cast<int64_t>(profile));
  cells.Timestamp(event.occurred_at);
  cells.Timestamp(event.received_at);
  cells.Id(EventKey(event.origin, event.event_id));
  cells.Text(event.origin);
  cells.Text(event.event_id);
  cells.Text(event.name);
  WriteProperties(cells, event.properties);
  if (event.items.empty()) {
    cells.Null();
  } else {
    cells.Jsonb(ToJson(event.items));
  }
  JsonbOrNull(cells, event.traits);
  JsonbOrNull(cells, ConsentsByPurpose(event));
  return row;
}

}  // namespace audienced
