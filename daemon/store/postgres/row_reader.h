#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_ROW_READER_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_ROW_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "daemon/store/postgres/binary_format.h"
#include "daemon/store/postgres/connection.h"
#include "rules/history/instant.h"

namespace audienced {

// One row of a query in binary form. Its cells are taken in the order of the
// columns; each method takes one, of the type that it names. What it returns
// borrows from the row. A null where none is allowed reads as zero or empty.
class Row {
 public:
  Row(const char* bytes, size_t size) : bytes_(bytes), size_(size) {}

  // Whether the next cell is null. Does not take it.
  bool IsNull() const;
  // Takes the next cell if it is null.
  bool TakeNull();

  bool Bool();
  int Int2();
  int64_t Int8();
  std::vector<int64_t> Int8Array();
  std::string Text() { return std::string(TextView()); }
  std::string_view TextView() { return Cell(); }
  std::string_view Json() { return Cell(); }
  std::string_view Jsonb();
  Instant Timestamp();
  std::string Bytes() { return std::string(Cell()); }

  // The bytes of the cells that were not taken yet.
  std::string_view rest() const { return {bytes_, size_}; }

 private:
  friend class RowStream;

  std::string_view Cell();

  const char* bytes_;
  size_t size_;
  int taken_ = 0;  // cells
};

// Runs `query` (without parameters) and calls `each` with every row, in order.
// Rows are streamed: memory is bounded by the longest one. Binary COPY beneath,
// the fastest way out of PostgreSQL.
//
// Throws the exceptions of libpqxx; when `each` throws, the connection ends.
void ReadRows(DatabaseConnection& connection, const std::string& query,
              absl::FunctionRef<void(Row&)> each);
// The same, and calls `portion_ends` after every `rows_at_once` rows and after
// the last one: what was borrowed from the rows of the portion stays until it
// returns.
void ReadRows(DatabaseConnection& connection, const std::string& query,
              size_t rows_at_once, absl::FunctionRef<void(Row&)> each,
              absl::FunctionRef<void()> portion_ends);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_ROW_READER_H_
