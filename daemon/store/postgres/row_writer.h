#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/store/postgres/binary_format.h"
#include "daemon/store/postgres/cell_writer.h"
#include "daemon/store/postgres/connection.h"
#include "rules/history/instant.h"

namespace audienced {

// Writes rows with a statement of the form
//
//   INSERT INTO ... SELECT unnest($1::bigint[]), unnest($2::text[]), ...
//
// each column as one array in binary form: able to say ON CONFLICT, and to go
// into a pipeline, for a third more than COPY. (FROM unnest($1, $2, ...) would
// put all rows into a table of its own first.) The cells of a row are added in
// the order of the columns, with the type of the column; then EndRow(). Rows
// are sent in portions of a few megabytes and at Finish(), in the transaction
// that the connection is in; in a pipeline they are only sent.
//
// Throws the exceptions of libpqxx. Not thread-safe.
class RowWriter {
 public:
  // `sql` has `columns` parameters.
  RowWriter(DatabaseConnection& connection, std::string sql, int columns);

  void Bool(bool value) { Next(PostgresType::kBool).Bool(value); }
  void Int2(int value) { Next(PostgresType::kInt2).Int2(value); }
  void Int8(int64_t value) { Next(PostgresType::kInt8).Int8(value); }
  void Text(std::string_view text) { Next(PostgresType::kText).Text(text); }
  void Json(std::string_view json) { Next(PostgresType::kJson).Json(json); }
  void Jsonb(std::string_view json) { Next(PostgresType::kJsonb).Jsonb(json); }
  void Timestamp(Instant instant) {
    Next(PostgresType::kTimestamptz).Timestamp(instant);
  }
  void Timestamp(absl::Time time) { Timestamp(ToInstant(time)); }
  void Id(const Uuid& uuid) { Next(PostgresType::kUuid).Id(uuid); }
  void Null(PostgresType type);
  // All cells of a row, as CellWriter makes them, of these types.
  void Cells(std::string_view cells, absl::Span<const PostgresType> types);

  void EndRow();
  void Finish();

 private:
  // The elements of one array; its head is written when it is sent.
  struct Column {
    PostgresType type = PostgresType::kInt8;
    bool has_null = false;
    std::string elements;
  };

  Column& NextColumn(PostgresType type);
  CellWriter Next(PostgresType type) {
    return CellWriter(NextColumn(type).elements);
  }
  void Send();

  DatabaseConnection& connection_;
  const std::string sql_;
  std::vector<Column> columns_;
  size_t cell_ = 0;  // column of the next cell
  int rows_ = 0;     // not sent yet
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_ROW_WRITER_H_
