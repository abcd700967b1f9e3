#include "daemon/ingest/csv_events.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

absl::Status InvalidRow(const std::string& message) {
  return absl::InvalidArgumentError(Concat("the header ", message));
}

bool FitsIntoCell(FieldRole role) {
  switch (role) {
    case FieldRole::kIdentifier:
    case FieldRole::kEventName:
    case FieldRole::kOccurredAt:
    case FieldRole::kReceivedAt:
    case FieldRole::kEventId:
    case FieldRole::kProperty:
      return true;
    default:
      return false;
  }
}

// Every column that the mapping names must be there: else it says nothing.
absl::Status CheckMapping(const std::vector<std::string>& header,
                          const EventMapping& mapping) {
  const std::vector<std::string_view> names(header.begin(), header.end());
  for (const auto& [ours, theirs] : mapping.columns) {
    if (std::find(names.begin(), names.end(), theirs) != names.end()) continue;
    const std::string_view nearest = NearestName(theirs, names);
    return InvalidRow(Concat(
        "has no column ", Quoted(theirs), ", which the mapping names for ",
        Quoted(ours),
        nearest.empty() ? ""
                        : Concat("; did you mean ", Quoted(nearest), "?")));
  }
  return absl::OkStatus();
}

// The column that each name of the language stands in.
using Columns = std::map<std::string, std::string>;

absl::Status CheckRequired(const Columns& columns,
                           const std::vector<std::vector<Field>>& fields) {
  for (const std::string name : {"event", "occurred_at"}) {
    if (columns.count(name) > 0) continue;
    return InvalidRow(
        Concat("has no column ", Quoted(name),
               "; a mapping file can name the column that is meant"));
  }
  for (const std::vector<Field>& column : fields) {
    for (const Field& field : column) {
      if (field.role == FieldRole::kIdentifier) return absl::OkStatus();
    }
  }
  return InvalidRow(
      "has no column 'profile'; a mapping file can name the column that is "
      "meant");
}

absl::StatusOr<std::vector<std::vector<Field>>> ReadHeader(
    const std::vector<std::string>& header, const EventMapping& mapping) {
  if (absl::Status status = CheckMapping(header, mapping); !status.ok()) {
    return status;
  }
  std::vector<std::vector<Field>> all;
  Columns columns;
  for (const std::string& column : header) {
    if (column.empty()) return InvalidRow("has a column without a name");
    absl::StatusOr<std::vector<Field>> fields = FieldsOf(mapping, column);
    if (!fields.ok()) return fields.status();
    for (const Field& field : *fields) {
      if (!FitsIntoCell(field.role)) {
        return InvalidRow(
            Concat("has the column ", Quoted(column),
                   ", which cannot stand in CSV; use JSON Lines"));
      }
      const auto [other, inserted] = columns.emplace(field.name, column);
      if (!inserted) {
        return InvalidRow(Concat("has two columns for ", Quoted(field.name),
                                 ": ", Quoted(other->second), " and ",
                                 Quoted(column)));
      }
    }
    all.push_back(*std::move(fields));
  }
  if (absl::Status status = CheckRequired(columns, all); !status.ok()) {
    return status;
  }
  return all;
}

}  // namespace

CsvEvents::CsvEvents(CsvReader reader, std::vector<Column> columns,
                     EventBuilder builder)
    : reader_(std::move(reader)),
      columns_(std::move(columns)),
      builder_(std::move(builder)) {}

absl::StatusOr<CsvEvents> CsvEvents::Open(CsvReader reader,
                                          const EventMapping& mapping,
                                          const std::string& origin) {
  CsvReader::Record header;
  absl::StatusOr<bool> found = reader.Next(header);
  if (!found.ok()) return found.status();
  if (!*found) return InvalidRow("is missing; the file is empty");
  if (!header.fault.empty())
    return InvalidRow(Concat("is broken: ", header.fault));
  absl::StatusOr<std::vector<std::vector<Field>>> columns =
      ReadHeader(header.cells, mapping);
  if (!columns.ok()) return columns.status();
  std::vector<Column> all;
  for (std::vector<Field>& fields : *columns) {
    all.push_back({std::move(fields)});
  }
  return CsvEvents(std::move(reader), std::move(all),
                   EventBuilder(mapping, origin));
}

CsvEvents CsvEvents::Of(std::string_view lines, int64_t lines_before) const {
  return CsvEvents(CsvReader(LineReader(lines, lines_before)), columns_,
                   builder_);
}

absl::StatusOr<bool> CsvEvents::Next(EventLine& line) {
  return NextRecord(line, nullptr);
}

absl::StatusOr<bool> CsvEvents::Next(
    EventLine& line, absl::FunctionRef<bool(std::string_view)> matters,
    IsKnown is_known) {
  if (!is_told_what_matters_) {
    is_told_what_matters_ = true;
    for (Column& column : columns_) {
      for (const Field& field : column.fields) {
        column.says |=
            field.role == FieldRole::kEventName ||
            (field.role == FieldRole::kProperty && matters(field.name));
      }
    }
  }
  return NextRecord(line, &is_known);
}

absl::StatusOr<bool> CsvEvents::NextRecord(EventLine& line,
                                           const IsKnown* is_known) {
  absl::StatusOr<bool> more = reader_.Next(record_);
  if (!more.ok() || !*more) return more;
  line.number = record_.line;
  line.fault = record_.fault;
  if (!line.fault.empty()) {
    line.text = record_.text;
    return true;
  }
  bool with_properties = true;
  if (is_known != nullptr && record_.cells.size() == columns_.size()) {
    line.says.clear();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].says) continue;
      line.says += record_.cells[i];
      line.says += '\0';  // stands in no cell
    }
    with_properties = !(*is_known)(line.says);
  }
  const absl::Status status = Build(with_properties, line.incoming);
  if (status.ok()) return true;
  line.fault = std::string(status.message());
  line.text = CsvLine({record_.cells.begin(), record_.cells.end()});
  line.text.pop_back();  // the line feed
  return true;
}

absl::Status CsvEvents::Build(bool with_properties, IncomingEvent& incoming) {
  if (record_.cells.size() != columns_.size()) {
    return absl::InvalidArgumentError(
        Concat("the line has ", std::to_string(record_.cells.size()),
               " cells, the header ", std::to_string(columns_.size())));
  }
  builder_.Start(record_.line, incoming);
  for (size_t i = 0; i < columns_.size(); ++i) {
    for (const Field& field : columns_[i].fields) {
      if (field.role == FieldRole::kProperty && !with_properties) continue;
      absl::Status status = builder_.SetText(field, record_.cells[i]);
      if (!status.ok()) return status;
    }
  }
  return builder_.Finish();
}

}  // namespace audienced
