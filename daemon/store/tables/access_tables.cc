#include "daemon/store/tables/access_tables.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/row_reader.h"
#include "daemon/store/postgres/row_writer.h"
#include "daemon/store/tables/columns.h"

namespace audienced {
namespace {

constexpr char kInsertTokens[] = R"(
INSERT INTO audienced.token (token_id, client, digest, certificate_name, scopes,
  audience_patterns, identifiers, created_at, created_by, expires_at)
SELECT token_id, client, decode(digest, 'hex'), certificate_name,
  ARRAY(SELECT json_array_elements_text(scopes)),
  ARRAY(SELECT json_array_elements_text(audience_patterns)),
  identifiers, created_at, created_by, expires_at
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::json[],
  $6::json[], $7::text[], $8::timestamptz[], $9::text[], $10::timestamptz[])
  AS t (token_id, client, digest, certificate_name, scopes, audience_patterns,
    identifiers, created_at, created_by, expires_at))";

constexpr char kUpdateRevoked[] = R"(
UPDATE audienced.token AS t SET revoked_at = r.revoked_at
FROM unnest($1::text[], $2::timestamptz[]) AS r (token_id, revoked_at)
WHERE t.token_id = r.token_id AND t.revoked_at IS NULL)";

constexpr char kInsertAudit[] = R"(
INSERT INTO audienced.audit_entry (occurred_at, commit_number, ordinal, client,
  method, audience, call_count, item_count)
SELECT unnest($1::timestamptz[]), unnest($2::bigint[]), unnest($3::bigint[]),
  unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),
  unnest($7::bigint[]), unnest($8::bigint[]))";

constexpr char kDeleteAudit[] = R"(
DELETE FROM audienced.audit_entry
WHERE occurred_at < ALL ($1::timestamptz[]))";

void WriteTexts(RowWriter& rows, const std::vector<std::string>& texts) {
  std::vector<Value> values;
  for (const std::string& text : texts) values.emplace_back(text);
  rows.Json(ToJson(Value(std::move(values))));
}

std::vector<std::string> TextsOf(std::string_view json) {
  std::vector<std::string> texts;
  const Value value = ToValue(json);
  if (value.list() == nullptr) return texts;
  for (const Value& element : *value.list()) {
    if (element.text() != nullptr) texts.push_back(*element.text());
  }
  return texts;
}

void WriteToken(RowWriter& rows, const TokenRecord& token) {
  rows.Text(token.id);
  rows.Text(token.client);
  if (token.digest) {
    rows.Text(absl::BytesToHexString(
        absl::string_view(reinterpret_cast<const char*>(token.digest->data()),
                          token.digest->size())));
  } else {
    rows.Null(PostgresType::kText);
  }
  if (token.certificate_name.empty()) {
    rows.Null(PostgresType::kText);
  } else {
    rows.Text(token.certificate_name);
  }
  WriteTexts(rows, token.scopes);
  WriteTexts(rows, token.audience_patterns);
  rows.Text(token.identifiers);
  rows.Timestamp(token.created_at);
  rows.Text(token.created_by);
  if (token.expires_at == absl::InfiniteFuture()) {
    rows.Null(PostgresType::kTimestamptz);
  } else {
    rows.Timestamp(token.expires_at);
  }
  rows.EndRow();
}

}  // namespace

void WriteAccess(DatabaseConnection& connection, const AccessRecords& records,
                 int64_t commit_number) {
  RowWriter tokens(connection, kInsertTokens, 10);
  for (const TokenRecord& token : records.tokens) WriteToken(tokens, token);
  tokens.Finish();

  RowWriter revoked(connection, kUpdateRevoked, 2);
  for (const TokenRevocationRecord& revocation : records.revocations) {
    revoked.Text(revocation.id);
    revoked.Timestamp(revocation.revoked_at);
    revoked.EndRow();
  }
  revoked.Finish();

  RowWriter audit(connection, kInsertAudit, 8);
  int64_t ordinal = 0;
  for (const AuditRecord& record : records.audit) {
    audit.Timestamp(record.occurred_at);
    audit.Int8(commit_number);
    audit.Int8(ordinal++);
    audit.Text(record.client);
    audit.Text(record.method);
    audit.Text(record.audience);
    audit.Int8(record.call_count);
    audit.Int8(record.item_count);
    audit.EndRow();
  }
  audit.Finish();

  if (records.audit_kept_from == absl::InfinitePast()) return;
  RowWriter dropped(connection, kDeleteAudit, 1);
  dropped.Timestamp(records.audit_kept_from);
  dropped.EndRow();
  dropped.Finish();
}

std::vector<TokenRecord> ReadTokens(DatabaseConnection& connection) {
  std::vector<TokenRecord> tokens;
  ReadRows(
      connection,
      "SELECT token_id, client, digest, certificate_name, to_json(scopes), "
      "to_json(audience_patterns), identifiers, created_at, created_by, "
      "expires_at, revoked_at FROM audienced.token",
      [&](Row& row) {
        TokenRecord& token = tokens.emplace_back();
        token.id = row.Text();
        token.client = row.Text();
        if (!row.TakeNull()) {
          const std::string bytes = row.Bytes();
          Digest digest{};
          if (bytes.size() != digest.size()) {
            throw pqxx::failure("a token has a bad digest");
          }
          std::copy(bytes.begin(), bytes.end(), digest.begin());
          token.digest = digest;
        }
        if (!row.TakeNull()) token.certificate_name = row.Text();
        token.scopes = TextsOf(row.Json());
        token.audience_patterns = TextsOf(row.Json());
        token.identifiers = row.Text();
        token.created_at = ToTime(row.Timestamp());
        token.created_by = row.Text();
        if (!row.TakeNull()) token.expires_at = ToTime(row.Timestamp());
        if (!row.TakeNull()) token.revoked_at = ToTime(row.Timestamp());
      });
  return tokens;
}

std::vector<AuditEntry> ReadAuditEntries(DatabaseConnection& connection,
                                         const AuditQuery& query) {
  std::string which =
      absl::StrCat("occurred_at >= ", SqlTimestamp(query.since),
                   " AND (occurred_at, commit_number, ordinal) < (",
                   SqlTimestamp(query.before.occurred_at), ", ",
                   query.before.commit_number, ", ", query.before.ordinal, ")");
  if (!query.client.empty()) {
    absl::StrAppend(&which, " AND client = ", connection.quote(query.client));
  }
  if (!query.audience.empty()) {
    absl::StrAppend(&which,
                    " AND audience = ", connection.quote(query.audience));
  }
  std::vector<AuditEntry> entries;
  ReadRows(connection,
           absl::StrCat("SELECT occurred_at, commit_number, ordinal, client, "
                        "method, audience, call_count, item_count "
                        "FROM audienced.audit_entry WHERE ",
                        which,
                        " ORDER BY occurred_at DESC, commit_number DESC, "
                        "ordinal DESC LIMIT ",
                        query.limit),
           [&](Row& row) {
             AuditEntry& entry = entries.emplace_back();
             entry.position.occurred_at = ToTime(row.Timestamp());
             entry.position.commit_number = row.Int8();
             entry.position.ordinal = row.Int8();
             entry.record.occurred_at = entry.position.occurred_at;
             entry.record.client = row.Text();
             entry.record.method = row.Text();
             entry.record.audience = row.Text();
             entry.record.call_count = row.Int8();
             entry.record.item_count = row.Int8();
           });
  return entries;
}

}  // namespace audienced
