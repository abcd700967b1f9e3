// Records of CSV, good and broken: what RFC 4180 says, and that a broken record
// costs its first line only.

#include "daemon/ingest/csv_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace audienced {
namespace {

// What a record became: its line, and its cells or its fault.
struct Outcome {
  int64_t line;
  std::vector<std::string> cells;
  std::string fault;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

void PrintTo(const Outcome& outcome, std::ostream* stream) {
  *stream << outcome.line << ":";
  for (const std::string& cell : outcome.cells) *stream << " <" << cell << ">";
  *stream << " " << outcome.fault;
}

std::vector<Outcome> Read(const std::string& text) {
  const std::string path = testing::TempDir() + "csv_reader_test." +
                           std::to_string(getpid()) + ".csv";
  std::ofstream(path, std::ios::binary) << text;
  absl::StatusOr<LineReader> lines = LineReader::Open(path);
  EXPECT_TRUE(lines.ok()) << lines.status();
  CsvReader reader(*std::move(lines));
  std::vector<Outcome> outcomes;
  CsvReader::Record record;
  while (true) {
    const absl::StatusOr<bool> more = reader.Next(record);
    EXPECT_TRUE(more.ok()) << more.status();
    if (!more.ok() || !*more) break;
    if (record.fault.empty()) {
      outcomes.push_back(
          {record.line, {record.cells.begin(), record.cells.end()}, ""});
    } else {
      outcomes.push_back({record.line, {}, record.fault});
    }
  }
  std::remove(path.c_str());
  return outcomes;
}

constexpr char kInside[] = "a quote stands inside a cell that is not quoted";
constexpr char kAfter[] = "text stands after the closing quote of a cell";
constexpr char kOpen[] = "a quote is not closed";

struct Case {
  const char* what;
  std::string text;
  std::vector<Outcome> outcomes;
};

// Commas at every place of a line, and what is nearly one beside them: the
// characters before and behind it, and bytes of others that end as it does.
TEST(CsvReaderTest, EveryCommaDividesCells) {
  const std::string kPieces[] = {",", ",", "+", "-", "\xe2\x82\xac", "ab"};
  std::mt19937 random(20261126);
  std::string text;
  std::vector<Outcome> wanted;
  for (int64_t line = 1; line <= 2'000; ++line) {
    Outcome& outcome = wanted.emplace_back(Outcome{line, {"x"}, ""});
    text += "x";
    for (size_t i = random() % 40; i > 0; --i) {
      const std::string& piece = kPieces[random() % std::size(kPieces)];
      text += piece;
      if (piece == ",") {
        outcome.cells.emplace_back();
      } else {
        outcome.cells.back() += piece;
      }
    }
    text += "\n";
  }
  EXPECT_EQ(Read(text), wanted);
}

TEST(CsvReader, ReadsRecords) {
  const std::vector<Case> cases = {
      {"plain cells", "a,b\nc,d\n", {{1, {"a", "b"}, ""}, {2, {"c", "d"}, ""}}},
      {"no line feed at the end", "a,b", {{1, {"a", "b"}, ""}}},
      {"CRLF", "a,b\r\nc,d\r\n", {{1, {"a", "b"}, ""}, {2, {"c", "d"}, ""}}},
      {"empty cells", ",,\n", {{1, {"", "", ""}, ""}}},
      {"empty lines are passed over",
       "a\n\n\r\nb\n",
       {{1, {"a"}, ""}, {4, {"b"}, ""}}},
      {"a byte order mark",
       "\xEF\xBB\xBF"
       "a\n",
       {{1, {"a"}, ""}}},
      {"comma and quote in quotes",
       "\"a,b\",\"say \"\"x\"\"\"\n",
       {{1, {"a,b", "say \"x\""}, ""}}},
      {"an empty quoted cell", "\"\",b\n", {{1, {"", "b"}, ""}}},
      {"line breaks in quotes",
       "\"a\nb\r\nc\",d\ne,f\n",
       {{1, {"a\nb\r\nc", "d"}, ""}, {4, {"e", "f"}, ""}}},
      {"no file at all", "", {}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Read(one.text), one.outcomes) << one.what;
  }
}

TEST(CsvReader, BrokenRecordCostsItsFirstLineOnly) {
  const std::vector<Case> cases = {
      {"a quote inside", "a\"b,c\nd\n", {{1, {}, kInside}, {2, {"d"}, ""}}},
      {"text after a quote", "\"a\"b\nd\n", {{1, {}, kAfter}, {2, {"d"}, ""}}},
      {"a quote never closed",
       "\"a,b\nc,d\ne\n",
       {{1, {}, kOpen}, {2, {"c", "d"}, ""}, {3, {"e"}, ""}}},
      {"closed by the quote of a later record",
       "\"a\n\"b\"\nc\n",
       {{1, {}, kAfter}, {2, {"b"}, ""}, {3, {"c"}, ""}}},
      {"not UTF-8",
       "a\xFF\nb\n",
       {{1, {}, "the line is not UTF-8 text"}, {2, {"b"}, ""}}},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(Read(one.text), one.outcomes) << one.what;
  }
}

TEST(CsvReader, OpenQuoteIsGivenUpAfterTheLimits) {
  std::string lines = "\"open\n";
  for (size_t i = 0; i < 2 * CsvReader::kRecordLineLimit; ++i) lines += "x\n";
  lines += "\"\n";
  const std::vector<Outcome> outcomes = Read(lines);
  ASSERT_EQ(outcomes.size(), 2 * CsvReader::kRecordLineLimit + 2);
  EXPECT_EQ(outcomes.front().fault, kOpen);
  EXPECT_EQ(outcomes[1], (Outcome{2, {"x"}, ""}));
  EXPECT_EQ(outcomes.back().fault, kOpen);
}

TEST(CsvReader, LongLineIsAFaultAndReadingGoesOn) {
  const std::string at_limit(LineReader::kLineLimitBytes, 'x');
  const std::vector<Outcome> outcomes =
      Read(at_limit + "\n" + at_limit + "yy\nz\n");
  ASSERT_EQ(outcomes.size(), 3);
  EXPECT_EQ(outcomes[0].cells, std::vector<std::string>{at_limit});
  EXPECT_EQ(outcomes[1].fault, "the line is longer than 1048576 bytes");
  EXPECT_EQ(outcomes[2], (Outcome{3, {"z"}, ""}));
}

TEST(CsvLine, QuotesWhatNeedsIt) {
  EXPECT_EQ(CsvLine({"", "a", "b,c", "d\"e", "f\ng"}),
            ",a,\"b,c\",\"d\"\"e\",\"f\ng\"\n");
}

TEST(IsText, KnowsTheEdgesOfUtf8) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"", true},
      {"plain", true},
      {"\xC3\xA9", true},           // U+00E9
      {"\xE2\x82\xAC", true},       // U+20AC
      {"\xF0\x9F\x9B\x92", true},   // U+1F6D2
      {"\xF4\x8F\xBF\xBF", true},   // U+10FFFF
      {"\xF4\x90\x80\x80", false},  // above
      {"\xED\x9F\xBF", true},       // U+D7FF
      {"\xED\xA0\x80", false},      // a surrogate
      {"\xC0\x80", false},          // longer than needed
      {"\xE0\x9F\xBF", false},
      {"\xF0\x8F\xBF\xBF", false},
      {"\xE2\x82", false},  // cut off
      {"\x80", false},
      {"\xC3"
       "a",
       false},
      {std::string("a\0b", 3), false},
  };
  for (const auto& [text, is_text] : cases) {
    EXPECT_EQ(IsText(text), is_text) << testing::PrintToString(text);
  }
}

}  // namespace
}  // namespace audienced
