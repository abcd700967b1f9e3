#ifndef AUDIENCED_DAEMON_INGEST_CSV_READER_H_
#define AUDIENCED_DAEMON_INGEST_CSV_READER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ingest/line_reader.h"

namespace audienced {

// Reads records of comma-separated values as RFC 4180 has them: a cell in
// double quotes may hold commas, line breaks and doubled quotes; a quote inside
// an unquoted cell is a fault. Lines end in LF or CRLF; empty lines are passed
// over, a byte order mark at the start too. Text is UTF-8.
//
// A record with a fault costs its first line only: reading goes on at the next
// line, so one open quote does not swallow the file. Not thread-safe.
class CsvReader {
 public:
  // A record that goes on over more lines, or is longer, is taken for one
  // whose quote was never closed.
  static constexpr size_t kRecordLineLimit = 100;
  static constexpr size_t kRecordLimitBytes = 1 << 16;

  struct Record {
    int64_t line = 0;  // the number of its first line, 1-based
    // Hold until the record is read anew, and no longer than the line
    // (LineReader::Line::text).
    std::vector<std::string_view> cells;
    std::string text;   // as it stands in the file; of faulty records only
    std::string fault;  // what is wrong; empty: nothing
    std::vector<std::string> unquoted;  // what `cells` show of a quoted line
  };

  explicit CsvReader(LineReader lines) : lines_(std::move(lines)) {}
  // Looks at all lines at once, where another one handed them over, so that
  // Next() need not look at each.
  void LookAhead();

  // Reads the next record into `record`; false at the end of the file.
  absl::StatusOr<bool> Next(Record& record);

  // As LineReader::Peek(), as long as each line is a record by itself, which it
  // is where no quote stands.
  absl::StatusOr<std::string_view> Peek();
  CsvReader Take(std::string_view lines) {
    CsvReader taken(lines_.Take(lines));
    taken.has_quotes_ = false;
    return taken;
  }

  const LineReader& lines() const { return lines_; }

 private:
  struct KeptLine {
    int64_t number = 0;
    std::string text;
    bool too_long = false;
  };

  // The next line: one that was given back, else of the file.
  absl::StatusOr<bool> TakeLine(LineReader::Line& line);
  // Splits a line in which a quote stands, and perhaps those behind it.
  absl::StatusOr<bool> NextQuoted(std::string_view text, Record& record);
  // Takes further lines until the quote that `record` leaves open is closed;
  // gives them back where it never is.
  absl::Status CloseQuote(Record& record, std::string text);

  LineReader lines_;
  bool has_quotes_ = true;  // or may have
  bool is_ascii_ = false;   // for sure, and without U+0000
  std::deque<KeptLine> given_back_;
  KeptLine taken_;  // the last one that had been given back
};

// The cells as one line of RFC 4180, with its line feed: each cell that needs
// it in quotes.
std::string CsvLine(const std::vector<std::string_view>& cells);

// Whether `text` is UTF-8 (RFC 3629) without U+0000.
bool IsText(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_CSV_READER_H_
