#include "daemon/ingest/csv_reader.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum class Outcome { kComplete, kOpenQuote, kFault };

std::string_view WithoutCarriageReturn(std::string_view text) {
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

// Makes cells of a record, reusing the memory of the record before.
class CellWriter {
 public:
  explicit CellWriter(std::vector<std::string>& cells) : cells_(cells) {}
  ~CellWriter() { cells_.resize(count_); }

  std::string& Add() {
    if (count_ == cells_.size()) cells_.emplace_back();
    std::string& cell = cells_[count_++];
    cell.clear();
    return cell;
  }

 private:
  std::vector<std::string>& cells_;
  size_t count_ = 0;
};

// Takes a quoted cell off the front of `rest`, which starts after its quote.
Outcome TakeQuoted(std::string_view& rest, std::string& cell) {
  while (true) {
    const size_t quote = rest.find('"');
    if (quote == std::string_view::npos) return Outcome::kOpenQuote;
    cell.append(rest.substr(0, quote));
    rest.remove_prefix(quote + 1);
    if (rest.empty() || rest.front() != '"') return Outcome::kComplete;
    cell.push_back('"');
    rest.remove_prefix(1);
  }
}

// Takes an unquoted cell off the front of `rest`.
Outcome TakePlain(std::string_view& rest, std::string& cell) {
  const size_t length = std::min(rest.find(','), rest.size());
  cell.assign(rest.substr(0, length));
  rest.remove_prefix(length);
  return cell.find('"') == std::string::npos ? Outcome::kComplete
                                             : Outcome::kFault;
}

// Splits one record. `fault` says what is wrong where something is.
Outcome Split(std::string_view rest, std::vector<std::string>& cells,
              std::string& fault) {
  CellWriter writer(cells);
  while (true) {
    std::string& cell = writer.Add();
    const bool quoted = !rest.empty() && rest.front() == '"';
    if (quoted) rest.remove_prefix(1);
    const Outcome outcome =
        quoted ? TakeQuoted(rest, cell) : TakePlain(rest, cell);
    if (outcome == Outcome::kOpenQuote) return outcome;
    if (outcome == Outcome::kFault) {
      fault = "a quote stands inside a cell that is not quoted";
      return outcome;
    }
    if (rest.empty()) return Outcome::kComplete;
    if (rest.front() != ',') {
      fault = "text stands after the closing quote of a cell";
      return Outcome::kFault;
    }
    rest.remove_prefix(1);
  }
}

// The number of bytes that follow the first byte of a character in UTF-8; -1
// for a byte that is no first one.
int FollowingBytes(unsigned char first) {
  if (first < 0x80) return 0;
  if (first < 0xC2) return -1;
  if (first < 0xE0) return 1;
  if (first < 0xF0) return 2;
  return first < 0xF5 ? 3 : -1;
}

// Whether the second byte may follow the first: no longer form than needed, no
// surrogate, nothing beyond U+10FFFF.
bool MayFollow(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

}  // namespace

bool IsText(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const unsigned char first = static_cast<unsigned char>(text[i]);
    if (first == 0) return false;
    const int following = FollowingBytes(first);
    if (following < 0 || text.size() - i <= static_cast<size_t>(following)) {
      return false;
    }
    for (int k = 1; k <= following; ++k) {
      const unsigned char byte = static_cast<unsigned char>(text[++i]);
      if ((byte & 0xC0) != 0x80 || (k == 1 && !MayFollow(first, byte))) {
        return false;
      }
    }
  }
  return true;
}

std::string CsvLine(const std::vector<std::string_view>& cells) {
  std::string line;
  bool first = true;
  for (const std::string_view cell : cells) {
    if (!std::exchange(first, false)) line.push_back(',');
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) {
      line.append(cell);
      continue;
    }
    line.push_back('"');
    for (const char character : cell) {
      if (character == '"') line.push_back('"');
      line.push_back(character);
    }
    line.push_back('"');
  }
  line.push_back('\n');
  return line;
}

absl::StatusOr<bool> CsvReader::Next(Record& record) {
  std::string_view text;
  do {
    absl::StatusOr<bool> more = TakeLine(line_);
    if (!more.ok() || !*more) return more;
    text = WithoutCarriageReturn(line_.text);
    if (line_.number == 1 && text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
  } while (text.empty());

  record.line = line_.number;
  record.fault.clear();
  record.text.clear();
  if (line_.too_long) {
    record.fault =
        Concat("the line is longer than ",
               std::to_string(LineReader::kLineLimitBytes), " bytes");
  } else if (!IsText(text)) {
    record.fault = "the line is not UTF-8 text";
  } else if (Split(text, record.cells, record.fault) == Outcome::kOpenQuote) {
    if (absl::Status status = CloseQuote(record, std::string(text));
        !status.ok()) {
      return status;
    }
  }
  if (!record.fault.empty()) record.text = std::string(text);
  return true;
}

absl::StatusOr<std::string_view> CsvReader::Peek() {
  if (!given_back_.empty()) return std::string_view();
  absl::StatusOr<std::string_view> lines = lines_.Peek();
  if (lines.ok() && lines->find('"') != std::string_view::npos) {
    return std::string_view();
  }
  return lines;
}

absl::Status CsvReader::CloseQuote(Record& record, std::string text) {
  std::deque<Line> taken;
  Outcome outcome = Outcome::kOpenQuote;
  while (outcome == Outcome::kOpenQuote &&
         taken.size() + 1 < kRecordLineLimit &&
         text.size() < kRecordLimitBytes) {
    Line& line = taken.emplace_back();
    absl::StatusOr<bool> more = TakeLine(line);
    if (!more.ok()) return more.status();
    if (!*more) {
      taken.pop_back();
      break;
    }
    if (line.too_long || !IsText(line.text)) break;
    text += Concat("\n", line.text);
    // Only a line with a quote can close one.
    if (line.text.find('"') == std::string::npos) continue;
    outcome = Split(WithoutCarriageReturn(text), record.cells, record.fault);
  }
  if (outcome == Outcome::kComplete) return absl::OkStatus();
  if (record.fault.empty()) record.fault = "a quote is not closed";
  given_back_.insert(given_back_.begin(),
                     std::make_move_iterator(taken.begin()),
                     std::make_move_iterator(taken.end()));
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::TakeLine(Line& line) {
  if (!given_back_.empty()) {
    line = std::move(given_back_.front());
    given_back_.pop_front();
    return true;
  }
  LineReader::Line next;
  absl::StatusOr<bool> more = lines_.Next(next);
  if (!more.ok() || !*more) return more;
  line.number = next.number;
  line.text.assign(next.text);
  line.too_long = next.too_long;
  return true;
}

}  // namespace audienced
