#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/store/postgres/binary_format.h"
#include "daemon/store/postgres/connection.h"
#include "rules/history/instant.h"

namespace audienced {

// Writes rows with a statement of the form
//
//   INSERT INTO ... SELECT unnest($1::bigint[]), unnest($2::text[]), ...
//
// each column as one array in binary form: as fast as COPY, and able to say ON
// CONFLICT. (FROM unnest($1, $2, ...) would put all rows into a table of its
// own first.) The cells of a row are added in the order of the columns, with
// the type of the column; then EndRow(). Rows are sent in portions of a few
// megabytes and at Finish(), in the transaction that the connection is in; in a
// pipeline they are only sent.
//
// Throws the exceptions of libpqxx. Not thread-safe.
class RowWriter {
 public:
  // `sql` has `columns` parameters.
  RowWriter(DatabaseConnection& connection, std::string sql, int columns);

  void Bool(bool value);
  void Int2(int value);
  void Int8(int64_t value);
  void Text(std::string_view text);  // valid UTF-8 without NUL
  void Json(std::string_view json);
  void Jsonb(std::string_view json);
  void Timestamp(Instant instant);
  void Timestamp(absl::Time time) { Timestamp(ToInstant(time)); }
  void Id(const Uuid& uuid);
  void Null(PostgresType type);

  void EndRow();
  void Finish();

 private:
  // The elements of one array; its head is written when it is sent.
  struct Column {
    PostgresType type = PostgresType::kInt8;
    bool has_null = false;
    std::string elements;
  };

  // The elements of the next cell, with the length of its value written.
  std::string& BeginCell(PostgresType type, size_t length);
  void Send();

  DatabaseConnection& connection_;
  const std::string sql_;
  std::vector<Column> columns_;
  size_t cell_ = 0;  // column of the next cell
  int rows_ = 0;     // not sent yet
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_
