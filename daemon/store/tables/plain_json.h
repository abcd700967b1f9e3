#ifndef AUDIENCED_DAEMON_STORE_TABLES_PLAIN_JSON_H_
#define AUDIENCED_DAEMON_STORE_TABLES_PLAIN_JSON_H_

#include <optional>
#include <string_view>
#include <vector>

#include "rules/history/value.h"

namespace audienced {

// The value of most JSON that comes out of the database, several times as fast
// as ParseValue() in daemon/ingest/value_json.h, and equal to it. Absent for
// all that is not plain: a text with an escape, deep nesting, or no JSON at
// all.
std::optional<Value> ReadPlainJson(std::string_view json);
// The same of one object, and of a list of nothing but objects, of which there
// is at least one.
std::optional<Properties> ReadPlainObject(std::string_view json);
std::optional<std::vector<Properties>> ReadPlainObjects(std::string_view json);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_PLAIN_JSON_H_
