#ifndef AUDIENCED_DAEMON_INGEST_EVENT_FILE_H_
#define AUDIENCED_DAEMON_INGEST_EVENT_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ingest/csv_events.h"
#include "daemon/ingest/event_mapping.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/ingest/json_events.h"
#include "daemon/ingest/rejected_lines.h"

namespace audienced {

// Reads the events of a CSV or JSON Lines file of any size in bounded memory,
// one after the other. A line that is no event goes to the list of rejected
// lines and costs no other line. Not thread-safe.
class EventFile {
 public:
  // The end of the file's name says its format: `.csv`, or `.jsonl`, `.ndjson`
  // and `.json`; of another name its first character does. The origin of the
  // events is the name of the file without its folders. `rejected_path` empty:
  // `path` with `.rejected` behind it. `path` may be a pipe, and `-` is the
  // standard input: the name is `stdin` then, and the list `stdin.rejected`.
  static absl::StatusOr<std::unique_ptr<EventFile>> Open(
      const std::string& path, EventMapping mapping,
      std::string rejected_path = "");

  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  // Some lines of the file, to be read on another thread.
  using Lines = std::variant<CsvEvents, JsonEvents>;
  // Takes the next lines, some hundred thousand bytes of them, as far as they
  // can be told apart without being read. Null where they cannot: Next() or
  // NextLine() reads on then, line by line. Faults are the caller's to list.
  absl::StatusOr<std::unique_ptr<Lines>> TakeLines();
  // Reads the next line, whatever it is; false at the end of the file. As with
  // TakeLines(), nothing is counted or listed.
  absl::StatusOr<bool> NextLine(EventLine& line);

  // Reads the next event into `incoming`; false at the end of the file. Fails
  // where the file cannot be read on or the list cannot be written.
  absl::StatusOr<bool> Next(IncomingEvent& incoming);

  // The line of the event that Next() gave out last, from 1.
  int64_t line_number() const { return line_.number; }
  // Lists an event that Next() gave out as rejected after all. Fails where the
  // list cannot be written.
  absl::Status Reject(int64_t line_number, std::string reason);
  absl::Status Reject(const EventLine& line) { return rejected_.Add(line); }

  // Events that Next() gave out.
  int64_t event_count() const { return event_count_; }
  const RejectedLines& rejected() const { return rejected_; }

  // How far the file is read, for progress.
  int64_t bytes_read() const { return lines().bytes_read(); }
  int64_t file_size_bytes() const { return lines().file_size_bytes(); }
  // Whether the events come from a pipe: their lines are those of no file.
  bool is_stream() const { return lines().is_stream(); }
  // Of the file, without its folders.
  const std::string& name() const { return name_; }

 private:
  EventFile(EventMapping mapping, std::string rejected_path);

  const LineReader& lines() const;

  // Where the mapping lies must not move: the formats borrow it.
  const EventMapping mapping_;
  std::variant<std::monostate, CsvEvents, JsonEvents> events_;
  RejectedLines rejected_;
  EventLine line_;
  int64_t event_count_ = 0;
  std::string name_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_EVENT_FILE_H_
