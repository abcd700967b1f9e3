#ifndef AUDIENCED_DAEMON_INGEST_VALUE_JSON_H_
#define AUDIENCED_DAEMON_INGEST_VALUE_JSON_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/history/value.h"

namespace audienced {

// Values as JSON text (RFC 8259) and back. Numbers never pass through a double:
// a number keeps its decimal text, and one that Decimal cannot hold is a text.

// One line without spaces; UTF-8 as it is. Texts must be valid UTF-8.
std::string ToJson(const Value& value);
std::string ToJson(const Properties& properties);
std::string ToJson(const std::vector<Properties>& items);

// The value that `json` says. kInvalidArgument with the position where it is
// not JSON or goes on after the value, where it is nested deeper than 64, and
// where a text or name has U+0000, which PostgreSQL cannot hold. Where an
// object has a name twice, the last one counts.
absl::StatusOr<Value> ParseValue(std::string_view json);

// As ParseValue(), but kInvalidArgument where `json` is not one object.
absl::StatusOr<Properties> ParseProperties(std::string_view json);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_VALUE_JSON_H_
