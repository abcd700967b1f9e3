#include "daemon/store/postgres/row_reader.h"

#include <libpq-fe.h>

#include <cstring>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// What stands before the first row: signature, flags, length of an extension.
constexpr char kSignature[] = "PGCOPY\n\377\r\n";  // and its final zero
constexpr size_t kHeadBytes = sizeof(kSignature) + 2 * sizeof(int32_t);

[[noreturn]] void ThrowMalformed() {
  throw pqxx::failure("a row of the database is not in the expected form");
}

}  // namespace

bool Row::IsNull() const {
  if (size_ < sizeof(int32_t)) ThrowMalformed();
  return ReadInteger<int32_t>(bytes_) < 0;
}

bool Row::TakeNull() {
  if (!IsNull()) return false;
  Cell();
  return true;
}

std::string_view Row::Cell() {
  const bool is_null = IsNull();
  const size_t length = is_null ? 0 : ReadInteger<int32_t>(bytes_);
  bytes_ += sizeof(int32_t);
  size_ -= sizeof(int32_t);
  if (length > size_) ThrowMalformed();
  const std::string_view cell(bytes_, length);
  bytes_ += length;
  size_ -= length;
  ++taken_;
  return cell;
}

bool Row::Bool() {
  const std::string_view cell = Cell();
  return cell.size() == 1 && cell[0] != 0;
}

int Row::Int2() {
  const std::string_view cell = Cell();
  return cell.size() == 2 ? ReadInteger<int16_t>(cell.data()) : 0;
}

int64_t Row::Int8() {
  const std::string_view cell = Cell();
  return cell.size() == 8 ? ReadInteger<int64_t>(cell.data()) : 0;
}

std::vector<int64_t> Row::Int8Array() {
  // Dimensions, whether it has nulls, type of the elements, and for the one
  // dimension its length and lower bound; then length and value of each.
  constexpr size_t kArrayHeadBytes = 5 * sizeof(int32_t);
  constexpr size_t kElementBytes = sizeof(int32_t) + sizeof(int64_t);
  const std::string_view cell = Cell();
  std::vector<int64_t> elements;
  for (size_t at = kArrayHeadBytes; at + kElementBytes <= cell.size();
       at += kElementBytes) {
    elements.push_back(ReadInteger<int64_t>(&cell[at + sizeof(int32_t)]));
  }
  return elements;
}

std::string_view Row::Jsonb() {
  const std::string_view cell = Cell();
  return cell.empty() ? cell : cell.substr(1);
}

Instant Row::Timestamp() { return FromPostgresMicros(Int8()); }

// The rows within the messages of a binary COPY.
class RowStream {
 public:
  explicit RowStream(absl::FunctionRef<void(Row&)> each) : each_(each) {}

  // Takes a message: whole rows, the first one with the head before it.
  void Take(const char* bytes, size_t size) {
    size_t at = 0;
    if (!has_begun_) {
      has_begun_ = true;
      if (size < kHeadBytes ||
          std::memcmp(bytes, kSignature, sizeof(kSignature)) != 0) {
        ThrowMalformed();
      }
      at = kHeadBytes;
    }
    while (at + sizeof(int16_t) <= size) {
      const int cells = ReadInteger<int16_t>(bytes + at);
      at += sizeof(int16_t);
      if (cells < 0) return;  // the end
      Row row(bytes + at, size - at);
      each_(row);
      while (row.taken_ < cells) row.Cell();
      if (row.taken_ > cells) ThrowMalformed();
      at = size - row.size_;
    }
  }

 private:
  absl::FunctionRef<void(Row&)> each_;
  bool has_begun_ = false;
};

void ReadRows(DatabaseConnection& connection, const std::string& query,
              absl::FunctionRef<void(Row&)> each) {
  ReadRows(connection, query, /*rows_at_once=*/1, each, [] {});
}

void ReadRows(DatabaseConnection& connection, const std::string& query,
              size_t rows_at_once, absl::FunctionRef<void(Row&)> each,
              absl::FunctionRef<void()> portion_ends) {
  const std::string copy =
      absl::StrCat("COPY (", query, ") TO STDOUT (FORMAT binary)");
  PGconn* handle = connection.handle();
  CheckResult(connection, PQexec(handle, copy.c_str()), PGRES_COPY_OUT, copy);
  const auto drop = [](DatabaseConnection* unread) { unread->Drop(); };
  std::unique_ptr<DatabaseConnection, decltype(drop)> drop_unless_read(
      &connection);

  RowStream stream(each);
  // The server sends a message for each row.
  std::vector<std::unique_ptr<char, decltype(&PQfreemem)>> portion;
  char* message = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(handle, &message, /*async=*/0)) > 0) {
    portion.emplace_back(message, &PQfreemem);
    stream.Take(message, static_cast<size_t>(size));
    if (portion.size() < rows_at_once) continue;
    portion_ends();
    portion.clear();
  }
  if (!portion.empty()) portion_ends();
  // At the end, and after an error, there is a result that tells which, and
  // none after it.
  PGresult* result = PQgetResult(handle);
  while (PGresult* more = PQgetResult(handle)) PQclear(more);
  drop_unless_read.release();
  CheckResult(connection, result, PGRES_COMMAND_OK, copy);
}

}  // namespace audienced
