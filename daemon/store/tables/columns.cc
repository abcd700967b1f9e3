#include "daemon/store/tables/columns.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/tables/plain_json.h"

namespace audienced {

Value ToValue(std::string_view json) {
  if (std::optional<Value> plain = ReadPlainJson(json)) {
    return *std::move(plain);
  }
  absl::StatusOr<Value> value = ParseValue(json);
  if (!value.ok()) throw pqxx::failure("a row of the database has bad JSON");
  return *std::move(value);
}

std::vector<Properties> ToObjects(std::string_view json) {
  std::vector<Properties> objects;
  if (json.empty()) return objects;
  if (auto plain = ReadPlainObjects(json)) return *std::move(plain);
  const Value value = ToValue(json);
  if (value.list() == nullptr) return objects;
  for (const Value& element : *value.list()) {
    if (element.object() != nullptr) objects.push_back(*element.object());
  }
  return objects;
}

Properties ToProperties(std::string_view json) {
  if (json.empty()) return Properties();
  if (auto plain = ReadPlainObject(json)) return *std::move(plain);
  const Value value = ToValue(json);
  return value.object() == nullptr ? Properties() : *value.object();
}

std::string TextOf(const Properties& object, std::string_view name) {
  const Value* value = object.Find(name);
  return value == nullptr || value->text() == nullptr ? "" : *value->text();
}

StreamPositions ToPositions(const std::vector<int64_t>& sequences) {
  StreamPositions positions{};
  std::copy_n(sequences.begin(), std::min(sequences.size(), positions.size()),
              positions.begin());
  return positions;
}

std::string SqlTimestamp(absl::Time time) {
  if (time == absl::InfinitePast()) return "'-infinity'::timestamptz";
  if (time == absl::InfiniteFuture()) return "'infinity'::timestamptz";
  return absl::FormatTime("'%E4Y-%m-%d %H:%M:%E6S+00'::timestamptz", time,
                          absl::UTCTimeZone());
}

std::string ArrayText(const StreamPositions& positions) {
  return absl::StrCat("{", absl::StrJoin(positions, ","), "}");
}

}  // namespace audienced
