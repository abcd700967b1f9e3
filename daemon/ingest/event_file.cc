#include "daemon/ingest/event_file.h"

#include <filesystem>
#include <utility>

#include "absl/status/status.h"
#include "daemon/ingest/csv_reader.h"
#include "daemon/ingest/line_reader.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// How events from a pipe are called.
constexpr char kStreamName[] = "stdin";

// Whether JSON Lines come rather than CSV. Nothing is read of `lines`.
absl::StatusOr<bool> IsJson(const std::string& path, LineReader& lines) {
  const std::string extension = std::filesystem::path(path).extension();
  if (extension == ".csv") return false;
  if (extension == ".jsonl" || extension == ".ndjson" || extension == ".json") {
    return true;
  }
  const absl::StatusOr<std::string_view> first = lines.Peek();
  if (!first.ok()) return first.status();
  return lines.at_hand().starts_with('{');
}

}  // namespace

EventFile::EventFile(EventMapping mapping, std::string rejected_path)
    : mapping_(std::move(mapping)), rejected_(std::move(rejected_path)) {}

absl::StatusOr<std::unique_ptr<EventFile>> EventFile::Open(
    const std::string& path, EventMapping mapping, std::string rejected_path) {
  absl::StatusOr<LineReader> lines = LineReader::Open(path);
  if (!lines.ok()) return lines.status();
  const absl::StatusOr<bool> is_json = IsJson(path, *lines);
  if (!is_json.ok()) return is_json.status();
  const bool is_stream = lines->is_stream();
  if (rejected_path.empty()) {
    rejected_path = Concat(is_stream ? kStreamName : path, ".rejected");
  }
  const std::string name =
      is_stream ? kStreamName : std::filesystem::path(path).filename().string();

  std::unique_ptr<EventFile> file(
      new EventFile(std::move(mapping), std::move(rejected_path)));
  file->name_ = name;
  if (*is_json) {
    file->events_.emplace<JsonEvents>(*std::move(lines), file->mapping_, name);
    return file;
  }
  absl::StatusOr<CsvEvents> events =
      CsvEvents::Open(CsvReader(*std::move(lines)), file->mapping_, name);
  if (!events.ok()) return events.status();
  file->events_.emplace<CsvEvents>(*std::move(events));
  return file;
}

absl::StatusOr<std::unique_ptr<EventFile::Lines>> EventFile::TakeLines() {
  const auto take = [](auto& events,
                       auto& reader) -> absl::StatusOr<std::unique_ptr<Lines>> {
    absl::StatusOr<std::string_view> lines = reader.Peek();
    if (!lines.ok()) return lines.status();
    if (lines->empty()) return nullptr;
    return std::make_unique<Lines>(events.Of(reader.Take(*lines)));
  };
  if (CsvEvents* csv = std::get_if<CsvEvents>(&events_)) {
    return take(*csv, csv->reader());
  }
  JsonEvents& json = std::get<JsonEvents>(events_);
  return take(json, json.reader());
}

absl::StatusOr<bool> EventFile::NextLine(EventLine& line) {
  CsvEvents* csv = std::get_if<CsvEvents>(&events_);
  return csv != nullptr ? csv->Next(line)
                        : std::get<JsonEvents>(events_).Next(line);
}

absl::StatusOr<bool> EventFile::Next(IncomingEvent& incoming) {
  while (true) {
    absl::StatusOr<bool> more = NextLine(line_);
    if (!more.ok() || !*more) return more;
    if (line_.fault.empty()) {
      incoming = std::move(line_.incoming);
      ++event_count_;
      return true;
    }
    if (absl::Status status = rejected_.Add(line_); !status.ok()) {
      return status;
    }
  }
}

absl::Status EventFile::Reject(int64_t line_number, std::string reason) {
  EventLine line;
  line.number = line_number;
  line.fault = std::move(reason);
  return rejected_.Add(line);
}

const LineReader& EventFile::lines() const {
  const CsvEvents* csv = std::get_if<CsvEvents>(&events_);
  return csv != nullptr ? csv->lines() : std::get<JsonEvents>(events_).lines();
}

}  // namespace audienced
