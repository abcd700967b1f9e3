#include "daemon/store/postgres/migrations.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

constexpr char kCreateTable[] = R"(
CREATE SCHEMA IF NOT EXISTS audienced;
CREATE TABLE audienced.schema_migration (
  number   integer PRIMARY KEY,
  name     text    NOT NULL,
  checksum text    NOT NULL
);
COMMENT ON SCHEMA audienced IS
  'Histories, memberships and the change log; only the daemon writes here.';
COMMENT ON TABLE audienced.schema_migration IS
  'The migrations that were applied.';
COMMENT ON COLUMN audienced.schema_migration.number IS
  'Number of the migration, from 1, without gaps.';
COMMENT ON COLUMN audienced.schema_migration.name IS
  'Name of its file.';
COMMENT ON COLUMN audienced.schema_migration.checksum IS
  'SHA-256 of its text, in hexadecimal digits.';
)";

std::string Checksum(const char* sql) {
  const Digest digest = Sha256(sql);
  return absl::BytesToHexString(std::string(digest.begin(), digest.end()));
}

// Whether what was applied is how `migrations` begins.
absl::Status CheckApplied(const pqxx::result& applied,
                          absl::Span<const Migration> migrations) {
  for (const pqxx::row& row : applied) {
    const size_t number = row[0].as<size_t>();
    const std::string name = row[1].as<std::string>();
    if (number > migrations.size()) {
      return absl::FailedPreconditionError(
          absl::StrCat("the database has schema ", number, " (", name,
                       "), this audienced knows ", migrations.size(),
                       "; a newer audienced has used it, start that one"));
    }
    const Migration& ours = migrations[number - 1];
    if (name != ours.name || row[2].as<std::string>() != Checksum(ours.sql)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "migration ", name, " was applied with another text than that of ",
          ours.name, " in this audienced"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyMigrations(DatabaseConnection& connection,
                             absl::Span<const Migration> migrations) {
  if (connection.Query("SELECT to_regclass('audienced.schema_migration')")[0][0]
          .is_null()) {
    pqxx::work transaction(connection);
    transaction.exec(kCreateTable);
    transaction.commit();
  }
  const pqxx::result applied = connection.Query(
      "SELECT number, name, checksum FROM audienced.schema_migration "
      "ORDER BY number DESC");
  if (absl::Status status = CheckApplied(applied, migrations); !status.ok()) {
    return status;
  }
  for (size_t i = applied.size(); i < migrations.size(); ++i) {
    pqxx::work transaction(connection);
    transaction.exec(migrations[i].sql);
    transaction.exec_params(
        "INSERT INTO audienced.schema_migration (number, name, checksum) "
        "VALUES ($1, $2, $3)",
        i + 1, migrations[i].name, Checksum(migrations[i].sql));
    transaction.commit();
  }
  return absl::OkStatus();
}

}  // namespace audienced
