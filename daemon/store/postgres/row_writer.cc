#include "daemon/store/postgres/row_writer.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace audienced {
namespace {

// When a portion is sent. A message of the protocol ends at 1 GiB.
constexpr size_t kPortionBytes = 4 << 20;
constexpr int kPortionRows = 20'000;

// One dimension, from element 1.
std::string ArrayHead(PostgresType type, bool has_null, int length) {
  std::string head;
  AppendInteger<int32_t>(1, head);
  AppendInteger<int32_t>(has_null ? 1 : 0, head);
  AppendInteger(static_cast<uint32_t>(type), head);
  AppendInteger<int32_t>(length, head);
  AppendInteger<int32_t>(1, head);
  return head;
}

}  // namespace

RowWriter::RowWriter(DatabaseConnection& connection, std::string sql,
                     int columns)
    : connection_(connection), sql_(std::move(sql)), columns_(columns) {}

RowWriter::Column& RowWriter::NextColumn(PostgresType type) {
  assert(cell_ < columns_.size());
  Column& column = columns_[cell_++];
  column.type = type;
  return column;
}

void RowWriter::Null(PostgresType type) {
  Column& column = NextColumn(type);
  column.has_null = true;
  CellWriter(column.elements).Null();
}

void RowWriter::Cells(std::string_view cells,
                      absl::Span<const PostgresType> types) {
  for (const PostgresType type : types) {
    Column& column = NextColumn(type);
    const auto length = ReadInteger<int32_t>(cells.data());
    column.has_null = column.has_null || length < 0;
    const size_t size = sizeof(length) + std::max(length, 0);
    column.elements += cells.substr(0, size);
    cells.remove_prefix(size);
  }
}

void RowWriter::EndRow() {
  assert(cell_ == columns_.size());
  cell_ = 0;
  ++rows_;
  size_t bytes = 0;
  for (const Column& column : columns_) bytes += column.elements.size();
  if (bytes >= kPortionBytes || rows_ >= kPortionRows) Send();
}

void RowWriter::Finish() {
  if (rows_ > 0) Send();
}

void RowWriter::Send() {
  std::vector<std::string> arrays;
  for (Column& column : columns_) {
    column.elements.insert(0, ArrayHead(column.type, column.has_null, rows_));
    arrays.push_back(std::move(column.elements));
    column.elements.clear();
    column.has_null = false;
  }
  connection_.Execute(sql_, arrays);
  rows_ = 0;
}

}  // namespace audienced
