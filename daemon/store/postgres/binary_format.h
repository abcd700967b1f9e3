#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_BINARY_FORMAT_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_BINARY_FORMAT_H_

#include <array>
#include <cstdint>
#include <string>

#include "rules/history/instant.h"

// The binary forms in which PostgreSQL sends and receives values.

namespace audienced {

// Types by their fixed numbers (pg_type.dat).
enum class PostgresType : uint32_t {
  kBool = 16,
  kInt8 = 20,
  kInt2 = 21,
  kText = 25,
  kJson = 114,
  kTimestamptz = 1184,
  kUuid = 2950,
  kJsonb = 3802,
};

// As SQL writes it: `bigint`.
constexpr const char* Name(PostgresType type) {
  switch (type) {
    case PostgresType::kBool:
      return "boolean";
    case PostgresType::kInt8:
      return "bigint";
    case PostgresType::kInt2:
      return "smallint";
    case PostgresType::kText:
      return "text";
    case PostgresType::kJson:
      return "json";
    case PostgresType::kTimestamptz:
      return "timestamptz";
    case PostgresType::kUuid:
      return "uuid";
    case PostgresType::kJsonb:
      return "jsonb";
  }
  return "";
}

using Uuid = std::array<unsigned char, 16>;

// The version that stands before the text of each jsonb.
inline constexpr char kJsonbVersion = 1;

// Writes sizeof(Integer) bytes. Integers are big-endian.
template <typename Integer>
void WriteInteger(Integer value, char* bytes) {
  for (size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[sizeof(Integer) - 1 - i] = static_cast<char>(value >> (8 * i));
  }
}

template <typename Integer>
void AppendInteger(Integer value, std::string& bytes) {
  char big_endian[sizeof(Integer)];
  WriteInteger(value, big_endian);
  bytes.append(big_endian, sizeof(Integer));
}

// Reads sizeof(Integer) bytes.
template <typename Integer>
Integer ReadInteger(const char* bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < sizeof(Integer); ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return static_cast<Integer>(value);
}

// A timestamptz is microseconds since 2000-01-01T00:00:00Z; the ends of int64
// mean infinity. Its first instant is 4714-11-24 BC: one before that is written
// as -infinity.
int64_t ToPostgresMicros(Instant instant);
Instant FromPostgresMicros(int64_t micros);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_BINARY_FORMAT_H_
