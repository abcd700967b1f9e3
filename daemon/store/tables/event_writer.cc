#include "daemon/store/tables/event_writer.h"

#include <array>
#include <cassert>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/event_row.h"
#include "daemon/store/postgres/row_writer.h"
#include "daemon/store/tables/event_key.h"
#include "daemon/store/tables/row_order.h"

namespace audienced {
namespace {

// `profile_id, occurred_at, ...`
std::string ColumnNames() {
  return absl::StrJoin(kEventCells, ", ",
                       [](std::string* out, const EventCell& cell) {
                         absl::StrAppend(out, cell.column);
                       });
}

// `unnest($1::bigint[]), ...`
std::string ColumnArrays() {
  int number = 0;
  return absl::StrJoin(kEventCells, ", ",
                       [&](std::string* out, const EventCell& cell) {
                         absl::StrAppend(out, "unnest($", ++number,
                                         "::", Name(cell.type), "[])");
                       });
}

constexpr auto kCellTypes = [] {
  std::array<PostgresType, kEventCells.size()> types{};
  for (size_t i = 0; i < types.size(); ++i) types[i] = kEventCells[i].type;
  return types;
}();

// Fewer go with the other statements: COPY is answered before they are sent.
constexpr size_t kRowsToCopy = 64;

constexpr char kInsertTraits[] = R"(
INSERT INTO audienced.trait (profile_id, occurred_at, event_key, origin,
  event_id, name, value)
SELECT unnest($1::bigint[]), unnest($2::timestamptz[]), unnest($3::uuid[]),
  unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
  unnest($7::jsonb[])
ON CONFLICT DO NOTHING)";

constexpr char kInsertConsents[] = R"(
INSERT INTO audienced.consent (profile_id, occurred_at, event_key, purpose,
  granted)
SELECT unnest($1::bigint[]), unnest($2::timestamptz[]), unnest($3::uuid[]),
  unnest($4::text[]), unnest($5::boolean[])
ON CONFLICT DO NOTHING)";

// Rows of COPY in binary form, each behind the number of its cells.
class CopyRows {
 public:
  void Add(std::string_view cells) {
    AppendInteger(static_cast<int16_t>(kCellTypes.size()), bytes_);
    bytes_ += cells;
  }
  std::string_view Finish() {
    AppendInteger<int16_t>(-1, bytes_);
    return bytes_;
  }

 private:
  // The signature, and no flags or extension.
  std::string bytes_{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
};

// In the order of their profiles.
template <typename Rows>
void ForEachRow(absl::Span<const EventRecord> events, Rows each) {
  for (const EventRecord* record : InOrderOf(&EventRecord::profile, events)) {
    assert(record->row.empty() ||
           record->row == EventRow(record->profile, record->event));
    if (record->row.empty()) {
      each(EventRow(record->profile, record->event));
    } else {
      each(record->row);
    }
  }
}

void CopyEvents(WriteTransaction& transaction,
                absl::Span<const EventRecord> events) {
  CopyRows rows;
  ForEachRow(events, [&](std::string_view cells) { rows.Add(cells); });
  transaction.Copy(absl::StrCat("COPY audienced.event (", ColumnNames(),
                                ") FROM STDIN (FORMAT binary)"),
                   rows.Finish());
}

void InsertEvents(WriteTransaction& transaction,
                  absl::Span<const EventRecord> events, KnownEvents known) {
  RowWriter rows(
      transaction.Statements(),
      absl::StrCat(
          "INSERT INTO audienced.event (", ColumnNames(), ") SELECT ",
          ColumnArrays(),
          known == KnownEvents::kPassedOver ? "\nON CONFLICT DO NOTHING" : ""),
      kCellTypes.size());
  ForEachRow(events, [&](std::string_view cells) {
    rows.Cells(cells, kCellTypes);
    rows.EndRow();
  });
  rows.Finish();
}

}  // namespace

void WriteEvents(WriteTransaction& transaction,
                 absl::Span<const EventRecord> events, KnownEvents known) {
  if (known == KnownEvents::kAreAnError && events.size() >= kRowsToCopy) {
    CopyEvents(transaction, events);
  } else {
    InsertEvents(transaction, events, known);
  }
}

void WriteRemnants(DatabaseConnection& connection,
                   absl::Span<const EventRecord> events) {
  RowWriter traits(connection, kInsertTraits, 7);
  RowWriter consents(connection, kInsertConsents, 5);
  for (const EventRecord& record : events) {
    const Event& event = record.event;
    if (event.traits.empty() && event.consents.empty()) continue;
    const Uuid key = EventKey(event.origin, event.event_id);
    for (const auto& [name, value] : event.traits) {
      traits.Int8(static_cast<int64_t>(record.profile));
      traits.Timestamp(event.occurred_at);
      traits.Id(key);
      traits.Text(event.origin);
      traits.Text(event.event_id);
      traits.Text(name);
      traits.Jsonb(ToJson(value));
      traits.EndRow();
    }
    for (const auto& [purpose, granted] : event.consents) {
      consents.Int8(static_cast<int64_t>(record.profile));
      consents.Timestamp(event.occurred_at);
      consents.Id(key);
      consents.Text(purpose);
      consents.Bool(granted);
      consents.EndRow();
    }
  }
  traits.Finish();
  consents.Finish();
}

}  // namespace audienced
