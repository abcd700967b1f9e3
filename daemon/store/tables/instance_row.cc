#include "daemon/store/tables/instance_row.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/digest/digest.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/postgres/row_writer.h"
#include "daemon/store/tables/columns.h"

namespace audienced {
namespace {

constexpr size_t kCursorKeyBytes = 32;

constexpr char kAdvance[] = R"(
UPDATE audienced.instance AS i SET heads = b.heads::bigint[],
  commit_number = b.commit_number, commit_time = b.commit_time,
  evaluated_through = b.evaluated_through,
  rule_version = coalesce(b.rule_version, i.rule_version),
  rebuilt_through = b.rebuilt_through,
  events_from = greatest(i.events_from, b.events_from),
  remnants_through = greatest(i.remnants_through, b.remnants_through),
  log_start = coalesce(b.log_start::bigint[], i.log_start)
FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[],
    $5::bigint[], $6::bigint[], $7::timestamptz[], $8::timestamptz[],
    $9::text[]) AS b (heads, commit_number, commit_time, evaluated_through,
    rule_version, rebuilt_through, events_from, remnants_through, log_start)
WHERE i.commit_number = b.commit_number - 1)";

// A random UUID (version 4).
std::string NewUuid() {
  std::string bytes = RandomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = absl::BytesToHexString(bytes);
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

// What `sql` answers, where the role may call `function`; some hosted databases
// keep functions for themselves. Else, and for null, `otherwise`.
std::string AskIfAllowed(DatabaseConnection& connection,
                         const std::string& function, const std::string& sql,
                         const std::string& otherwise) {
  const bool may_ask =
      connection
          .Query(absl::StrCat("SELECT has_function_privilege('", function,
                              "', 'execute')"))[0][0]
          .as<bool>();
  if (!may_ask) return otherwise;
  return connection.Query(sql)[0][0].as<std::string>(otherwise);
}

// What is different after a restore: the cluster, its timeline, the database,
// and the base backup that the cluster began with, if it did, which PostgreSQL
// leaves in a file.
std::string Lineage(DatabaseConnection& connection) {
  const std::string cluster = AskIfAllowed(
      connection, "pg_control_system()",
      "SELECT system_identifier FROM pg_control_system()", "unknown");
  const std::string backup = AskIfAllowed(
      connection, "pg_read_file(text, bigint, bigint, boolean)",
      "SELECT '/' || md5(pg_read_file('backup_label.old', 0, 65536, true))",
      "");
  const pqxx::row row = connection.Query(
      "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8), oid "
      "FROM pg_database WHERE datname = current_database()")[0];
  return absl::StrCat(cluster, "/", row[0].c_str(), "/", row[1].c_str(),
                      backup);
}

}  // namespace

void PrepareInstance(DatabaseConnection& connection) {
  const std::string lineage = Lineage(connection);
  pqxx::work transaction(connection);
  transaction.exec_params(
      "INSERT INTO audienced.instance (only_row, database_id, lineage, "
      "cursor_key, heads, commit_number, commit_time, evaluated_through, "
      "rule_version, events_from, remnants_through, log_start) "
      "VALUES (true, $1, $2, decode($3, 'hex'), "
      "array_fill(0::bigint, ARRAY[$4::int]), 0, '-infinity', '-infinity', 0, "
      "'-infinity', '-infinity', array_fill(0::bigint, ARRAY[$4::int])) "
      "ON CONFLICT DO NOTHING",
      NewUuid(), lineage, absl::BytesToHexString(RandomBytes(kCursorKeyBytes)),
      kStreamCount);
  transaction.exec_params(
      "UPDATE audienced.instance SET database_id = $1, lineage = $2 "
      "WHERE lineage <> $2",
      NewUuid(), lineage);
  transaction.exec_params(
      "INSERT INTO audienced.daemon_start (number, start_id, commit_number) "
      "SELECT coalesce((SELECT max(number) FROM audienced.daemon_start), 0) + 1"
      ", $1, commit_number FROM audienced.instance",
      NewUuid());
  transaction.commit();
}

InstanceRecord ReadInstance(DatabaseConnection& connection) {
  InstanceRecord instance;
  ReadRows(
      connection,
      "SELECT database_id::text, cursor_key, heads, commit_number, "
      "commit_time, evaluated_through, i.rule_version, rebuilt_through, "
      "coalesce(fingerprint, ''), events_from, remnants_through, log_start "
      "FROM "
      "audienced.instance AS i "
      "LEFT JOIN audienced.rule_version AS r ON r.version = i.rule_version",
      [&](Row& row) {
        instance.database_id = row.Text();
        instance.cursor_key = row.Bytes();
        instance.heads = ToPositions(row.Int8Array());
        instance.commit_number = row.Int8();
        instance.commit_time = ToTime(row.Timestamp());
        instance.evaluated_through = ToTime(row.Timestamp());
        instance.rule_version = row.Int8();
        if (!row.TakeNull()) {
          instance.rebuilt_through = static_cast<ProfileId>(row.Int8());
        }
        instance.rule_fingerprint = row.Text();
        instance.events_from = ToTime(row.Timestamp());
        instance.remnants_through = ToTime(row.Timestamp());
        instance.log_start = ToPositions(row.Int8Array());
      });
  ReadRows(connection,
           "SELECT start_id::text, commit_number FROM audienced.daemon_start "
           "ORDER BY number",
           [&](Row& row) {
             DaemonStart& start = instance.starts.emplace_back();
             start.id = row.Text();
             start.commit_number = row.Int8();
           });
  return instance;
}

std::string ReadLastStart(DatabaseConnection& connection) {
  const pqxx::result starts = connection.Query(
      "SELECT start_id::text FROM audienced.daemon_start "
      "ORDER BY number DESC LIMIT 1");
  return starts.empty() ? "" : starts[0][0].as<std::string>();
}

int64_t ReadCommitNumber(DatabaseConnection& connection) {
  return connection.Query("SELECT commit_number FROM audienced.instance")[0][0]
      .as<int64_t>();
}

void AdvanceInstance(DatabaseConnection& connection, const CommitBatch& batch) {
  RowWriter row(connection, kAdvance, 9);
  row.Text(ArrayText(batch.heads));
  row.Int8(batch.commit_number);
  row.Timestamp(batch.commit_time);
  row.Timestamp(batch.evaluated_through);
  if (batch.rules) {
    row.Int8(batch.rules->version);
  } else {
    row.Null(PostgresType::kInt8);
  }
  if (batch.rebuilt_through) {
    row.Int8(static_cast<int64_t>(*batch.rebuilt_through));
  } else {
    row.Null(PostgresType::kInt8);
  }
  row.Timestamp(batch.events_from);
  row.Timestamp(RemnantsThrough(batch));
  if (batch.removed_changes) {
    row.Text(ArrayText(batch.removed_changes->second));
  } else {
    row.Null(PostgresType::kText);
  }
  row.EndRow();
  row.Finish();
}

}  // namespace audienced
