#include "daemon/ctl/sync/state/sqlite_database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

// A lock that no other process gets until the file is closed, or the process
// is gone. A commit waits for the disk. Deleted content is overwritten, because
// it is about people.
constexpr char kSettings[] = R"(
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  BEGIN EXCLUSIVE;
  COMMIT;
)";

int Bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    return sqlite3_bind_int64(statement, place, *number);
  }
  const std::string& bytes = std::get<std::string>(value);
  return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(),
                             SQLITE_TRANSIENT);
}

SqlValue ColumnAt(sqlite3_stmt* statement, int place) {
  if (sqlite3_column_type(statement, place) == SQLITE_INTEGER) {
    return int64_t{sqlite3_column_int64(statement, place)};
  }
  const void* bytes = sqlite3_column_blob(statement, place);
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, place));
  return bytes == nullptr ? std::string()
                          : std::string(static_cast<const char*>(bytes), size);
}

}  // namespace

void SqliteDatabase::Close::operator()(sqlite3* file) const {
  sqlite3_close_v2(file);
}

void SqliteDatabase::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteDatabase::SqliteDatabase(std::string path, sqlite3* file)
    : path_(std::move(path)), file_(file) {}

absl::StatusOr<SqliteDatabase> SqliteDatabase::Open(const std::string& path) {
  sqlite3* file = nullptr;
  const mode_t mask = umask(077);
  const int opened = sqlite3_open_v2(
      path.c_str(), &file,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
      nullptr);
  umask(mask);
  SqliteDatabase database(path, file);
  if (opened != SQLITE_OK) return database.Fault();
  if (absl::Status status = database.Configure(); !status.ok()) return status;
  return database;
}

absl::Status SqliteDatabase::Configure() { return RunScript(kSettings); }

absl::Status SqliteDatabase::RunScript(const char* sql) {
  const int run = sqlite3_exec(file_.get(), sql, nullptr, nullptr, nullptr);
  return run == SQLITE_OK ? absl::OkStatus() : Fault();
}

absl::StatusOr<std::vector<SqlRow>> SqliteDatabase::Run(const std::string& sql,
                                                        const SqlRow& values) {
  absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  int place = 0;
  for (const SqlValue& value : values) {
    if (Bind(*statement, ++place, value) != SQLITE_OK) return Fault();
  }
  std::vector<SqlRow> rows;
  int step = sqlite3_step(*statement);
  for (; step == SQLITE_ROW; step = sqlite3_step(*statement)) {
    SqlRow row;
    for (int i = 0; i < sqlite3_column_count(*statement); ++i) {
      row.push_back(ColumnAt(*statement, i));
    }
    rows.push_back(std::move(row));
  }
  absl::Status status = step == SQLITE_DONE ? absl::OkStatus() : Fault();
  sqlite3_reset(*statement);
  sqlite3_clear_bindings(*statement);
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<sqlite3_stmt*> SqliteDatabase::Prepare(const std::string& sql) {
  for (const Statement& statement : statements_) {
    if (statement.sql == sql) return statement.prepared.get();
  }
  sqlite3_stmt* prepared = nullptr;
  const int result =
      sqlite3_prepare_v3(file_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (result != SQLITE_OK) return Fault();
  statements_.push_back(
      {sql, std::unique_ptr<sqlite3_stmt, Finalize>(prepared)});
  return prepared;
}

absl::Status SqliteDatabase::Fault() const {
  const int code = sqlite3_errcode(file_.get());
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
    return absl::FailedPreconditionError(
        Concat("another process uses ", path_));
  }
  return absl::FailedPreconditionError(
      Concat("cannot use ", path_, ": ", sqlite3_errmsg(file_.get())));
}

}  // namespace audienced
