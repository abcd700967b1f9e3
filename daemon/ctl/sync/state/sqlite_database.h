#ifndef AUDIENCED_DAEMON_CTL_SYNC_STATE_SQLITE_DATABASE_H_
#define AUDIENCED_DAEMON_CTL_SYNC_STATE_SQLITE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace audienced {

// A whole number, or bytes: a text or a message.
using SqlValue = std::variant<int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

inline int64_t IntegerOf(const SqlValue& value) {
  return std::get<int64_t>(value);
}
inline const std::string& BytesOf(const SqlValue& value) {
  return std::get<std::string>(value);
}

// One SQLite file of this process alone. The only user of SQLite. Every error
// is FAILED_PRECONDITION with the path. Not thread-safe.
class SqliteDatabase {
 public:
  // Makes the file where it is missing, for its owner alone. A commit is on
  // disk when it returns, and what is deleted is overwritten.
  // FAILED_PRECONDITION too where another process has it.
  static absl::StatusOr<SqliteDatabase> Open(const std::string& path);

  SqliteDatabase(SqliteDatabase&&) noexcept = default;
  SqliteDatabase& operator=(SqliteDatabase&&) = delete;

  // Runs one statement with `?` for each of `values`; the rows that it answers
  // with. Statements are prepared once, so `sql` is one of a few texts.
  absl::StatusOr<std::vector<SqlRow>> Run(const std::string& sql,
                                          const SqlRow& values = {});

  // Runs several statements that answer with nothing.
  absl::Status RunScript(const char* sql);

  // Runs `change` within a transaction: all of it is done, or nothing.
  template <typename Change>
  absl::Status Transact(const Change& change) {
    if (absl::Status begun = RunScript("BEGIN IMMEDIATE"); !begun.ok()) {
      return begun;
    }
    absl::Status status = change();
    if (status.ok()) status = RunScript("COMMIT");
    if (!status.ok()) RunScript("ROLLBACK").IgnoreError();
    return status;
  }

 private:
  struct Close {
    void operator()(sqlite3* file) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  struct Statement {
    std::string sql;
    std::unique_ptr<sqlite3_stmt, Finalize> prepared;
  };

  SqliteDatabase(std::string path, sqlite3* file);

  absl::Status Configure();
  absl::StatusOr<sqlite3_stmt*> Prepare(const std::string& sql);
  absl::Status Fault() const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> file_;
  std::vector<Statement> statements_;  // before the file they are of
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_STATE_SQLITE_DATABASE_H_
