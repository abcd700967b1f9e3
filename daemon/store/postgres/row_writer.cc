#include "daemon/store/postgres/row_writer.h"

#include <libpq-fe.h>

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
  const int count = static_cast<int>(columns_.size());
  std::vector<const char*> values(count);
  std::vector<int> lengths(count);
  const std::vector<int> formats(count, 1);  // binary
  for (int i = 0; i < count; ++i) {
    Column& column = columns_[i];
    column.elements.insert(0, ArrayHead(column.type, column.has_null, rows_));
    values[i] = column.elements.data();
    lengths[i] = static_cast<int>(column.elements.size());
  }
  const std::string statement = connection_.Prepared(sql_);
  CheckResult(connection_,
              PQexecPrepared(connection_.handle(), statement.c_str(), count,
                             values.data(), lengths.data(), formats.data(),
                             /*resultFormat=*/0),
              PGRES_COMMAND_OK, sql_);
  for (Column& column : columns_) {
    column.elements.clear();
    column.has_null = false;
  }
  rows_ = 0;
}

}  // namespace audienced
