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
absl::Status CheckMapping(const std::vector<std::string_view>& names,
                          const EventMapping& mapping) {
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

// Spreadsheets of some countries write semicolons, or tabs.
absl::Status CheckSeparator(const std::vector<std::string_view>& header) {
  if (header.size() != 1) return absl::OkStatus();
  for (const char separator : {';', '\t'}) {
    if (header[0].find(separator) == std::string_view::npos) continue;
    return InvalidRow(Concat("has its columns separated by ",
                             separator == ';' ? "semicolons" : "tabs",
                             "; wanted are commas"));
  }
  return absl::OkStatus();
}

// The column that each name of the language stands in.
using ColumnNames = std::map<std::string, std::string>;

absl::Status CheckRequired(const ColumnNames& columns,
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
    const std::vector<std::string_view>& header, const EventMapping& mapping) {
  if (absl::Status status = CheckSeparator(header); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckMapping(header, mapping); !status.ok()) {
    return status;
  }
  std::vector<std::vector<Field>> all;
  ColumnNames columns;
  for (const std::string_view name : header) {
    const std::string column(name);
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

CsvEvents::CsvEvents(CsvReader reader, Columns columns, EventBuilder builder)
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
  absl::StatusOr<Columns> columns = ReadHeader(header.cells, mapping);
  if (!columns.ok()) return columns.status();
  return CsvEvents(std::move(reader), *std::move(columns),
                   EventBuilder(mapping, origin));
}

CsvEvents CsvEvents::Of(CsvReader lines) const {
  return CsvEvents(std::move(lines), columns_, builder_);
}

absl::StatusOr<bool> CsvEvents::Next(EventLine& line) {
  absl::StatusOr<bool> more = reader_.Next(record_);
  if (more.ok() && *more) Read(record_, line);
  return more;
}

void CsvEvents::LookFor(absl::FunctionRef<bool(std::string_view)> matters) {
  reader_.LookAhead();
  looked_at_ = LookedAt();
  for (size_t i = 0; i < columns_.size(); ++i) {
    bool is_said = false;
    for (const Field& field : columns_[i]) {
      switch (field.role) {
        case FieldRole::kIdentifier:
          looked_at_.identifiers.emplace_back(i, field.name);
          break;
        case FieldRole::kOccurredAt:
          looked_at_.occurred_at = i;
          break;
        case FieldRole::kReceivedAt:
          looked_at_.received_at = i;
          break;
        case FieldRole::kEventId:
          looked_at_.event_id = i;
          break;
        default:
          is_said |= field.role == FieldRole::kEventName || matters(field.name);
      }
    }
    if (is_said) looked_at_.said.push_back(i);
  }
}

absl::StatusOr<bool> CsvEvents::Next(Look& look) {
  absl::StatusOr<bool> more = reader_.Next(look.record);
  if (more.ok() && *more) look.may_be_event = MayBeEvent(look);
  return more;
}

bool CsvEvents::MayBeEvent(Look& look) const {
  const std::vector<std::string_view>& cells = look.record.cells;
  if (!look.record.fault.empty() || cells.size() != columns_.size()) {
    return false;
  }
  const auto is_named = [&](const auto& identifier) {
    return !cells[identifier.first].empty();
  };
  if (std::none_of(looked_at_.identifiers.begin(), looked_at_.identifiers.end(),
                   is_named)) {
    return false;
  }
  const absl::StatusOr<Instant> time =
      builder_.ReadTime(cells[looked_at_.occurred_at]);
  if (!time.ok()) return false;
  look.occurred_at = *time;
  if (looked_at_.received_at) {
    const std::string_view received_at = cells[*looked_at_.received_at];
    if (!received_at.empty() && !builder_.ReadTime(received_at).ok()) {
      return false;
    }
  }
  look.event_id =
      looked_at_.event_id ? cells[*looked_at_.event_id] : std::string_view();
  if (look.event_id.empty()) {
    look.line_id = EventBuilder::IdOfLine(look.record.line);
    look.event_id = look.line_id;
  }
  return true;
}

void CsvEvents::Read(const Look& look, EventLine& line) {
  Read(look.record, line);
}

void CsvEvents::Read(const CsvReader::Record& record, EventLine& line) {
  line.number = record.line;
  line.fault = record.fault;
  if (!line.fault.empty()) {
    line.text = record.text;
    return;
  }
  const absl::Status status = Build(record, line.incoming);
  if (status.ok()) return;
  line.fault = std::string(status.message());
  line.text = CsvLine(record.cells);
  line.text.pop_back();  // the line feed
}

absl::Status CsvEvents::Build(const CsvReader::Record& record,
                              IncomingEvent& incoming) {
  if (record.cells.size() != columns_.size()) {
    return absl::InvalidArgumentError(
        Concat("the line has ", std::to_string(record.cells.size()),
               " cells, the header ", std::to_string(columns_.size())));
  }
  builder_.Start(record.line, incoming);
  for (size_t i = 0; i < columns_.size(); ++i) {
    for (const Field& field : columns_[i]) {
      absl::Status status = builder_.SetText(field, record.cells[i]);
      if (!status.ok()) return status;
    }
  }
  return builder_.Finish();
}

}  // namespace audienced
