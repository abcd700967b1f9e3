#include "daemon/store/stored_event.h"

#include <cstdint>

#include "daemon/store/postgres/binary_format.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/tables/asked_json.h"
#include "daemon/store/tables/columns.h"

namespace audienced {
namespace {

// A cell is its length and its bytes.
void AppendCell(Row& row, std::string& text) {
  const std::string_view before = row.rest();
  row.TextView();
  text.append(before.substr(0, before.size() - row.rest().size()));
}

void AppendAskedJsonb(Row& row, absl::FunctionRef<bool(std::string_view)> asks,
                      std::string& text) {
  if (row.IsNull()) {
    AppendCell(row, text);
    return;
  }
  const size_t begin = text.size();
  AppendInteger<int32_t>(0, text);  // the length, which is not known yet
  text.push_back(kJsonbVersion);
  AppendAsked(row.Jsonb(), asks, text);
  const size_t length = text.size() - begin - sizeof(int32_t);
  WriteInteger(static_cast<int32_t>(length), &text[begin]);
}

}  // namespace

StoredEvent StoredEvent::Reduced(absl::FunctionRef<bool(std::string_view)> asks,
                                 std::string& text) const {
  text.clear();
  Row row(says.data(), says.size());
  AppendCell(row, text);              // name
  AppendAskedJsonb(row, asks, text);  // properties
  AppendAskedJsonb(row, asks, text);  // items
  text.append(row.rest());
  StoredEvent reduced = *this;
  reduced.says = text;
  return reduced;
}

EventRecord StoredEvent::ToRecord() const {
  EventRecord record;
  record.profile = profile;
  Event& event = record.event;
  event.occurred_at = ToTime(occurred_at);
  event.received_at = ToTime(received_at);
  event.origin = origin;
  event.event_id = event_id;
  Row row(says.data(), says.size());
  event.name = row.Text();
  event.properties = ToProperties(row.Jsonb());
  if (session) event.properties.Set("session_id", Value(*session));
  event.items = ToObjects(row.Jsonb());
  event.traits = ToProperties(row.Jsonb());
  for (const auto& [purpose, granted] : ToProperties(row.Jsonb())) {
    if (granted.boolean() != nullptr) {
      event.consents.emplace_back(purpose, *granted.boolean());
    }
  }
  return record;
}

}  // namespace audienced
