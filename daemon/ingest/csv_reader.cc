#include "daemon/ingest/csv_reader.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
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

// Calls `each` with the place of every comma: 8 bytes are looked at at once.
template <typename Each>
void ForEachComma(std::string_view text, Each each) {
  static_assert(std::endian::native == std::endian::little);
  constexpr uint64_t kCommas = 0x2C2C2C2C2C2C2C2C;
  constexpr uint64_t kLowBits = 0x7F7F7F7F7F7F7F7F;
  size_t place = 0;
  for (; text.size() - place >= sizeof(uint64_t); place += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + place, sizeof(word));
    word ^= kCommas;
    // The highest bit of each byte that is 0 now.
    uint64_t found = ~(((word & kLowBits) + kLowBits) | word | kLowBits);
    for (; found != 0; found &= found - 1) {
      each(place + static_cast<size_t>(std::countr_zero(found)) / 8);
    }
  }
  for (; place < text.size(); ++place) {
    if (text[place] == ',') each(place);
  }
}

// Splits a record in which no quote stands.
void SplitPlain(std::string_view text, std::vector<std::string_view>& cells) {
  cells.clear();
  size_t begin = 0;
  ForEachComma(text, [&](size_t comma) {
    cells.emplace_back(text.data() + begin, comma - begin);
    begin = comma + 1;
  });
  cells.push_back(text.substr(begin));
}

// Whether all of a text is ASCII, and none of it 0. Looks at all of it, so that
// it can be looked at by many bytes at once.
bool IsPlainText(std::string_view text) {
  uint8_t bits = 0;
  uint8_t has_zero = 0;
  for (const char character : text) {
    bits |= static_cast<uint8_t>(character);
    has_zero |= static_cast<uint8_t>(character == '\0');
  }
  return bits < 0x80 && has_zero == 0;
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
  constexpr size_t kAtOnce = 16;
  for (size_t i = 0; i < text.size(); ++i) {
    while (text.size() - i > kAtOnce && IsPlainText(text.substr(i, kAtOnce))) {
      i += kAtOnce;
    }
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

void CsvReader::LookAhead() {
  if (!has_quotes_) is_ascii_ = IsPlainText(lines_.at_hand());
}

absl::StatusOr<bool> CsvReader::Next(Record& record) {
  LineReader::Line line;
  std::string_view text;
  do {
    absl::StatusOr<bool> more = TakeLine(line);
    if (!more.ok() || !*more) return more;
    text = WithoutCarriageReturn(line.text);
    if (line.number == 1 && text.starts_with(kByteOrderMark)) {
      text.remove_prefix(kByteOrderMark.size());
    }
  } while (text.empty());

  record.line = line.number;
  record.fault.clear();
  record.text.clear();
  if (line.too_long) {
    record.fault =
        Concat("the line is longer than ",
               std::to_string(LineReader::kLineLimitBytes), " bytes");
  } else if (!is_ascii_ && !IsText(text)) {
    record.fault = "the line is not UTF-8 text";
  } else if (!has_quotes_ || text.find('"') == std::string_view::npos) {
    SplitPlain(text, record.cells);
  } else {
    return NextQuoted(text, record);
  }
  if (!record.fault.empty()) record.text = std::string(text);
  return true;
}

absl::StatusOr<bool> CsvReader::NextQuoted(std::string_view text,
                                           Record& record) {
  record.text = std::string(text);
  if (Split(text, record.unquoted, record.fault) == Outcome::kOpenQuote) {
    // Reads on: `text` holds no longer.
    if (absl::Status status = CloseQuote(record, record.text); !status.ok()) {
      return status;
    }
  }
  record.cells.assign(record.unquoted.begin(), record.unquoted.end());
  if (record.fault.empty()) record.text.clear();
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
  std::deque<KeptLine> taken;
  Outcome outcome = Outcome::kOpenQuote;
  while (outcome == Outcome::kOpenQuote &&
         taken.size() + 1 < kRecordLineLimit &&
         text.size() < kRecordLimitBytes) {
    LineReader::Line next;
    absl::StatusOr<bool> more = TakeLine(next);
    if (!more.ok()) return more.status();
    if (!*more) break;
    const KeptLine& line = taken.emplace_back(
        KeptLine{next.number, std::string(next.text), next.too_long});
    if (line.too_long || !IsText(line.text)) break;
    text += Concat("\n", line.text);
    // Only a line with a quote can close one.
    if (line.text.find('"') == std::string::npos) continue;
    outcome = Split(WithoutCarriageReturn(text), record.unquoted, record.fault);
  }
  if (outcome == Outcome::kComplete) return absl::OkStatus();
  if (record.fault.empty()) record.fault = "a quote is not closed";
  given_back_.insert(given_back_.begin(),
                     std::make_move_iterator(taken.begin()),
                     std::make_move_iterator(taken.end()));
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::TakeLine(LineReader::Line& line) {
  if (given_back_.empty()) return lines_.Next(line);
  taken_ = std::move(given_back_.front());
  given_back_.pop_front();
  line = {taken_.number, taken_.text, taken_.too_long};
  return true;
}

}  // namespace audienced
