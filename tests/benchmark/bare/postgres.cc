#include "tests/benchmark/bare/postgres.h"

#include <bit>
#include <cstdio>
#include <cstdlib>

namespace audienced::benchmark_shop {
namespace {

constexpr std::string_view kCopyHead("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view kCopyEnd("\377\377", 2);

template <typename Number>
void AppendBigEndian(Number number, std::string& bytes) {
  for (int shift = 8 * (sizeof(number) - 1); shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> shift);
  }
}

}  // namespace

Postgres::Postgres(const std::string& url)
    : connection_(PQconnectdb(url.c_str()), &PQfinish) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) Fail();
}

void Postgres::Fail() const {
  std::fprintf(stderr, "benchmark_bare: %s", PQerrorMessage(connection_.get()));
  std::_Exit(1);
}

Postgres::Result Postgres::Check(PGresult* result,
                                 ExecStatusType wanted) const {
  Result checked(result, &PQclear);
  const ExecStatusType status = PQresultStatus(result);
  if (status != wanted && status != PGRES_COMMAND_OK) Fail();
  return checked;
}

std::vector<std::string> Postgres::Run(const std::string& sql) {
  const Result result =
      Check(PQexec(connection_.get(), sql.c_str()), PGRES_TUPLES_OK);
  std::vector<std::string> cells;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    cells.emplace_back(PQgetvalue(result.get(), row, 0));
  }
  return cells;
}

void Postgres::Prepare(const std::string& name, const std::string& sql) {
  Check(PQprepare(connection_.get(), name.c_str(), sql.c_str(), 0, nullptr),
        PGRES_COMMAND_OK);
}

void Postgres::RunPrepared(const std::string& name,
                           const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  const std::vector<int> binary(parameters.size(), 1);
  for (const std::string& parameter : parameters) {
    values.push_back(parameter.data());
    lengths.push_back(static_cast<int>(parameter.size()));
  }
  Check(PQexecPrepared(connection_.get(), name.c_str(),
                       static_cast<int>(values.size()), values.data(),
                       lengths.data(), binary.data(), 1),
        PGRES_TUPLES_OK);
}

void Postgres::CopyIn(const std::string& copy, std::string_view rows) {
  Check(PQexec(connection_.get(), copy.c_str()), PGRES_COPY_IN);
  for (const std::string_view part : {kCopyHead, rows, kCopyEnd}) {
    if (PQputCopyData(connection_.get(), part.data(),
                      static_cast<int>(part.size())) != 1) {
      Fail();
    }
  }
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) Fail();
  while (PGresult* result = PQgetResult(connection_.get())) {
    Check(result, PGRES_COMMAND_OK);
  }
}

void Postgres::CopyOut(const std::string& copy,
                       const std::function<void(std::string_view)>& piece) {
  Check(PQexec(connection_.get(), copy.c_str()), PGRES_COPY_OUT);
  char* bytes = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(connection_.get(), &bytes, 0)) > 0) {
    piece({bytes, static_cast<size_t>(size)});
    PQfreemem(bytes);
  }
  if (size == -2) Fail();
  while (PGresult* result = PQgetResult(connection_.get())) {
    Check(result, PGRES_COMMAND_OK);
  }
}

CopyRow::CopyRow(std::string& rows, int fields) : rows_(rows) {
  AppendBigEndian(static_cast<int16_t>(fields), rows_);
}

void CopyRow::Int2(int16_t value) {
  AppendBigEndian(int32_t{2}, rows_);
  AppendBigEndian(value, rows_);
}

void CopyRow::Int4(int32_t value) {
  AppendBigEndian(int32_t{4}, rows_);
  AppendBigEndian(value, rows_);
}

void CopyRow::Int8(int64_t value) {
  AppendBigEndian(int32_t{8}, rows_);
  AppendBigEndian(value, rows_);
}

void CopyRow::Float4(float value) { Int4(std::bit_cast<int32_t>(value)); }

void CopyRow::Bytes(std::string_view bytes) {
  AppendBigEndian(static_cast<int32_t>(bytes.size()), rows_);
  rows_ += bytes;
}

void CopyRow::Null() { AppendBigEndian(int32_t{-1}, rows_); }

int64_t ServerMicros(int64_t unix_seconds) {
  constexpr int64_t kSecondsUntil2000 = 946'684'800;
  return (unix_seconds - kSecondsUntil2000) * 1'000'000;
}

}  // namespace audienced::benchmark_shop
