#ifndef AUDIENCED_DAEMON_STORE_TABLES_COLUMNS_H_
#define AUDIENCED_DAEMON_STORE_TABLES_COLUMNS_H_

#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/records.h"
#include "rules/history/value.h"

// What columns hold that is no plain value: JSON, and names of enums. Throws
// pqxx::failure where a column makes no sense.

namespace audienced {

// A column of JSON; not null.
Value ToValue(std::string_view json);

// The elements of a column that holds a list of objects; null is empty.
std::vector<Properties> ToObjects(std::string_view json);

// A column that holds one object; null is empty.
Properties ToProperties(std::string_view json);

// The text under `name`; empty where there is none.
std::string TextOf(const Properties& object, std::string_view name);

// An array of sequences by stream; 0 where it is too short.
StreamPositions ToPositions(const std::vector<int64_t>& sequences);

// An instant, in SQL.
std::string SqlTimestamp(absl::Time time);

// Positions as PostgreSQL reads a bigint[]: `{1,2,3}`.
std::string ArrayText(const StreamPositions& positions);

// The value of an enum, whose last one is `last`, that has `name`.
template <typename Enum>
Enum ParseName(const std::string& name, Enum last) {
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    if (Name(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  throw pqxx::failure("a row of the database has an unknown name: " + name);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_COLUMNS_H_
