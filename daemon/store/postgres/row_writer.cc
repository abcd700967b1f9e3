#include "daemon/store/postgres/row_writer.h"

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

std::string& RowWriter::BeginCell(PostgresType type, size_t length) {
  assert(cell_ < columns_.size());
  Column& column = columns_[cell_++];
  column.type = type;
  AppendInteger(static_cast<int32_t>(length), column.elements);
  return column.elements;
}

void RowWriter::Bool(bool value) {
  BeginCell(PostgresType::kBool, 1).push_back(value ? 1 : 0);
}

void RowWriter::Int2(int value) {
  AppendInteger(static_cast<int16_t>(value),
                BeginCell(PostgresType::kInt2, sizeof(int16_t)));
}

void RowWriter::Int8(int64_t value) {
  AppendInteger(value, BeginCell(PostgresType::kInt8, sizeof(value)));
}

void RowWriter::Text(std::string_view text) {
  BeginCell(PostgresType::kText, text.size()) += text;
}

void RowWriter::Json(std::string_view json) {
  BeginCell(PostgresType::kJson, json.size()) += json;
}

void RowWriter::Jsonb(std::string_view json) {
  std::string& elements = BeginCell(PostgresType::kJsonb, json.size() + 1);
  elements.push_back(kJsonbVersion);
  elements += json;
}

void RowWriter::Timestamp(Instant instant) {
  AppendInteger(ToPostgresMicros(instant),
                BeginCell(PostgresType::kTimestamptz, sizeof(int64_t)));
}

void RowWriter::Id(const Uuid& uuid) {
  BeginCell(PostgresType::kUuid, uuid.size()).append(uuid.begin(), uuid.end());
}

void RowWriter::Null(PostgresType type) {
  BeginCell(type, static_cast<size_t>(-1));
  columns_[cell_ - 1].has_null = true;
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
