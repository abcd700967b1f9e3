#include "daemon/ingest/json_events.h"

#include <utility>
#include <vector>

#include "daemon/ingest/value_json.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr std::string_view kFileStart = "\xEF\xBB\xBF";

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

JsonEvents::JsonEvents(LineReader lines, const EventMapping& mapping,
                       const std::string& origin)
    : JsonEvents(std::move(lines), mapping, EventBuilder(mapping, origin)) {}

JsonEvents::JsonEvents(LineReader lines, const EventMapping& mapping,
                       EventBuilder builder)
    : lines_(std::move(lines)),
      mapping_(mapping),
      builder_(std::move(builder)) {}

JsonEvents JsonEvents::Of(LineReader lines) const {
  return JsonEvents(std::move(lines), mapping_, builder_);
}

absl::StatusOr<bool> JsonEvents::Next(EventLine& line) {
  LineReader::Line read;
  do {
    absl::StatusOr<bool> more = lines_.Next(read);
    if (!more.ok() || !*more) return more;
    if (read.number == 1 && read.text.starts_with(kFileStart)) {
      read.text.remove_prefix(kFileStart.size());
    }
  } while (IsBlank(read.text));

  line.number = read.number;
  line.fault.clear();
  const absl::Status status = Build(read, line.incoming);
  if (!status.ok()) {
    line.fault = std::string(status.message());
    line.text = std::string(read.text);
  }
  return true;
}

absl::Status JsonEvents::Build(const LineReader::Line& line,
                               IncomingEvent& incoming) {
  if (line.too_long) {
    return absl::InvalidArgumentError(
        Concat("the line is longer than ",
               std::to_string(LineReader::kLineLimitBytes), " bytes"));
  }
  absl::StatusOr<Properties> object = ParseProperties(line.text);
  if (!object.ok()) return object.status();
  builder_.Start(line.number, incoming);
  for (const auto& [name, value] : *object) {
    absl::StatusOr<std::vector<Field>> fields = FieldsOf(mapping_, name);
    if (!fields.ok()) return fields.status();
    for (const Field& field : *fields) {
      absl::Status status = builder_.SetValue(field, value);
      if (!status.ok()) return status;
    }
  }
  return builder_.Finish();
}

}  // namespace audienced
