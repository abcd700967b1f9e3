#include "daemon/store/tables/subscription_table.h"

#include <string>
#include <utility>

#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/postgres/row_writer.h"
#include "daemon/store/tables/columns.h"

namespace audienced {
namespace {

constexpr char kUpsertSubscriptions[] = R"(
INSERT INTO audienced.subscription (client, name, database_id, created_at,
  acknowledged_at, positions, audiences)
SELECT client, name, database_id::uuid, created_at, acknowledged_at,
  positions::bigint[],
  ARRAY(SELECT json_array_elements_text(audiences::json))
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[],
  $5::timestamptz[], $6::text[], $7::text[])
  AS s (client, name, database_id, created_at, acknowledged_at, positions,
    audiences)
ON CONFLICT (client, name) DO UPDATE SET database_id = excluded.database_id,
  acknowledged_at = excluded.acknowledged_at, positions = excluded.positions)";

constexpr char kDeleteSubscriptions[] = R"(
DELETE FROM audienced.subscription WHERE (client, name) IN
  (SELECT * FROM unnest($1::text[], $2::text[])))";

// Once the log does not tell of an entry any more, nobody can ask for a state
// before it.
constexpr char kRemoveChanges[] = R"(
WITH removed AS (
  DELETE FROM audienced.change WHERE (stream, sequence) IN
    (SELECT * FROM unnest($1::smallint[], $2::bigint[]))
  RETURNING kind, profile_id, audience, sequence)
DELETE FROM audienced.membership AS stay USING removed
WHERE removed.kind = 'entered' AND stay.profile_id = removed.profile_id
  AND stay.audience = removed.audience
  AND stay.entered_sequence < removed.sequence)";

std::vector<std::string> ToTexts(std::string_view json) {
  std::vector<std::string> texts;
  const Value value = ToValue(json);
  if (value.list() == nullptr) return texts;
  for (const Value& element : *value.list()) {
    if (element.text() != nullptr) texts.push_back(*element.text());
  }
  return texts;
}

std::string ToJsonList(const std::vector<std::string>& texts) {
  Value::List list;
  for (const std::string& text : texts) list.emplace_back(text);
  return ToJson(Value(std::move(list)));
}

}  // namespace

void ReadSubscriptions(DatabaseConnection& connection,
                       const std::function<void(SubscriptionRecord)>& each) {
  ReadRows(connection,
           "SELECT client, name, database_id::text, created_at, "
           "acknowledged_at, positions, to_json(audiences) "
           "FROM audienced.subscription",
           [&](Row& row) {
             SubscriptionRecord subscription;
             subscription.name.client = row.Text();
             subscription.name.name = row.Text();
             subscription.database_id = row.Text();
             subscription.created_at = ToTime(row.Timestamp());
             subscription.acknowledged_at = ToTime(row.Timestamp());
             subscription.positions = ToPositions(row.Int8Array());
             subscription.audiences = ToTexts(row.Json());
             each(std::move(subscription));
           });
}

void WriteSubscriptions(DatabaseConnection& connection,
                        const std::vector<SubscriptionRecord>& subscriptions) {
  RowWriter rows(connection, kUpsertSubscriptions, 7);
  for (const SubscriptionRecord& subscription : subscriptions) {
    rows.Text(subscription.name.client);
    rows.Text(subscription.name.name);
    rows.Text(subscription.database_id);
    rows.Timestamp(subscription.created_at);
    rows.Timestamp(subscription.acknowledged_at);
    rows.Text(ArrayText(subscription.positions));
    rows.Text(ToJsonList(subscription.audiences));
    rows.EndRow();
  }
  rows.Finish();
}

void DeleteSubscriptions(DatabaseConnection& connection,
                         const std::vector<SubscriptionName>& names) {
  RowWriter rows(connection, kDeleteSubscriptions, 2);
  for (const SubscriptionName& name : names) {
    rows.Text(name.client);
    rows.Text(name.name);
    rows.EndRow();
  }
  rows.Finish();
}

void RemoveChanges(DatabaseConnection& connection, const StreamPositions& after,
                   const StreamPositions& through) {
  RowWriter rows(connection, kRemoveChanges, 2);
  for (int stream = 0; stream < kStreamCount; ++stream) {
    // Each by its key: whatever the planner thinks of the arrays, it takes the
    // index.
    for (int64_t sequence = after[stream] + 1; sequence <= through[stream];
         ++sequence) {
      rows.Int2(stream);
      rows.Int8(sequence);
      rows.EndRow();
    }
  }
  rows.Finish();
}

}  // namespace audienced
