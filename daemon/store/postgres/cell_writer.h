#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_CELL_WRITER_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_CELL_WRITER_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "daemon/store/postgres/binary_format.h"
#include "rules/history/instant.h"

namespace audienced {

// Appends cells in binary form, each its length (4 bytes; -1: null) and its
// value: so they stand in the rows of COPY, and in arrays.
class CellWriter {
 public:
  // Borrows `bytes`.
  explicit CellWriter(std::string& bytes) : bytes_(bytes) {}

  void Bool(bool value) { Begin(1).push_back(value ? 1 : 0); }
  void Int2(int value) { Integer(static_cast<int16_t>(value)); }
  void Int8(int64_t value) { Integer(value); }
  // Valid UTF-8 without NUL, as JSON too.
  void Text(std::string_view text) { Begin(text.size()) += text; }
  void Json(std::string_view json) { Text(json); }
  void Jsonb(std::string_view json);
  void Timestamp(Instant instant) { Integer(ToPostgresMicros(instant)); }
  void Timestamp(absl::Time time) { Timestamp(ToInstant(time)); }
  void Id(const Uuid& uuid);
  void Null() { AppendInteger<int32_t>(-1, bytes_); }

 private:
  std::string& Begin(size_t length);
  template <typename Number>
  void Integer(Number value) {
    AppendInteger(value, Begin(sizeof(value)));
  }

  std::string& bytes_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_CELL_WRITER_H_
