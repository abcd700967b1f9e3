// A file of events read in parts, on several threads, says what it says line by
// line: the same events as the rules see them, in the same order, and the same
// faults.

#include "daemon/ctl/offline/file_projection.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/unit/event_file_scene.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

using std::string_view_literals::operator""sv;

std::shared_ptr<const CompiledRulebook> ProjectionRules() {
  Loaded loaded = Load(ShopWith(R"(
  dear: { who: { did: purchased, sum: { of: value, above: 20 } } }
  red:  { who: { did: { event: view_item, where: { colour: red } } } }
  left: { who: { sequence: [{ did: carted }, { did_not: purchased }],
                 same: item_id } })"));
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  return CompiledRulebook::Compile(std::move(loaded.rulebook));
}

std::string TextOf(absl::Span<const Identifier> identifiers, Instant time,
                   uint64_t digest, std::string_view event_id,
                   uint32_t class_id, absl::Span<const Cell> cells,
                   absl::Span<const Cell> item_cells) {
  std::string text;
  for (const Identifier& identifier : identifiers) {
    absl::StrAppend(&text, identifier.kind, ":", identifier.value, " ");
  }
  absl::StrAppend(&text, time.micros, " ", digest, " ");
  text += event_id;
  return absl::StrCat(text, " ", class_id, " ", absl::StrJoin(cells, ","), " ",
                      absl::StrJoin(item_cells, ","));
}

std::string TextOf(const EventLine& line) {
  return absl::StrCat(line.number, " ", line.fault, " ", line.text);
}

struct Reading {
  std::vector<std::string> events;
  std::vector<std::string> faults;
};

class FileProjectionTest : public EventFileScene {
 protected:
  std::vector<LineProjector> Projectors(int count, SharedLines& shared) {
    std::vector<LineProjector> projectors;
    for (int i = 0; i < count; ++i) {
      projectors.emplace_back(projection_, shared);
    }
    return projectors;
  }

  Reading InParts(int threads) {
    Reading read;
    const std::unique_ptr<EventFile> file = Open();
    SharedLines shared;
    std::vector<LineProjector> projectors = Projectors(threads, shared);
    FileProjection parts(*file, projectors);
    std::vector<ProjectedLines> batches;
    for (bool is_last = false; !is_last;) {
      FileProjection::Batch batch = parts.Next();
      EXPECT_TRUE(batch.status.ok()) << batch.status;
      for (const EventLine& line : batch.lines.faults) {
        read.faults.push_back(TextOf(line));
      }
      is_last = batch.is_last || !batch.status.ok();
      batches.push_back(std::move(batch.lines));
    }
    for (const ProjectedLines& lines : batches) {
      for (const ProjectedLine& event : lines.events) {
        read.events.push_back(TextOf(
            shared.sets.identifiers(event.whose), event.time, event.digest,
            event.order().event_id, event.meaning.class_id(),
            event.meaning.cells(), event.meaning.item_cells()));
      }
    }
    return read;
  }

  Reading LineByLine() {
    Reading read;
    const std::unique_ptr<EventFile> file = Open();
    EventLine line;
    while (*file->NextLine(line)) {
      if (!line.fault.empty()) {
        read.faults.push_back(TextOf(line));
        continue;
      }
      const ProjectedEvent event =
          projection_.Project(std::move(line.incoming.event));
      read.events.push_back(TextOf(line.incoming.identifiers, event.time,
                                   event.digest, event.event_id, event.class_id,
                                   event.cells, event.item_cells));
      line = EventLine();
    }
    return read;
  }

  void ExpectAlike() {
    const Reading wanted = LineByLine();
    EXPECT_FALSE(wanted.events.empty());
    for (const int threads : {1, 3}) {
      const Reading found = InParts(threads);
      EXPECT_EQ(found.events, wanted.events) << threads << " threads";
      EXPECT_EQ(found.faults, wanted.faults) << threads << " threads";
    }
  }

  Projection projection_{ProjectionRules()};
};

class Lines {
 public:
  explicit Lines(uint32_t seed) : random_(seed) {}

  size_t Below(size_t end) { return random_() % end; }

  std::string Csv() {
    const std::string end = Below(3) == 0 ? "\r\n" : "\n";
    switch (Below(40)) {
      case 0:
        return absl::StrCat("too,few", end);
      case 1:
        return absl::StrCat("u-1,view_item,no time,,,,", end);
      case 2:
        return end;
      case 3:
        return absl::StrCat("\xff", end);
      default:
        return Plain(end);
    }
  }

  std::string Plain(const std::string& end = "\n") {
    return absl::StrCat(
        "u-", Below(50), ",", Below(2) == 0 ? "view_item" : "purchase",
        ",2026-03-01T00:00:", 10 + Below(50), "Z,id-", Below(1'000), ",sku-",
        Below(20), ",", Below(3) == 0 ? "" : absl::StrCat(Below(9), ".50"), ",",
        Below(2) == 0 ? "red" : "blue", end);
  }

  std::string Quoted() {
    switch (Below(4)) {
      case 0:
        return "u-1,view_item,2026-03-01T00:00:00Z,,\"sku\n1\",,\"red\"\n";
      case 1:
        return "u-1,view_item,2026-03-01T00:00:00Z,,\"never closed,,red\n";
      default:
        return "u-2,purchase,2026-03-01T00:00:00Z,,\"a \"\"b\"\"\",5,red\n";
    }
  }

  std::string Json() {
    if (Below(20) == 0) return "{ no json\n";
    return absl::StrCat("{\"user_id\": \"u-", Below(50),
                        "\", \"event\": \"purchase\", \"occurred_at\": "
                        "\"2026-03-01T00:00:00Z\", \"value\": ",
                        Below(9), ", \"colour\": \"red\"}\n");
  }

 private:
  std::mt19937 random_;
};

constexpr char kHeader[] =
    "user_id,event,occurred_at,event_id,item_id,value,colour\n";

TEST_F(FileProjectionTest, ACsvWithoutQuotesIsReadInParts) {
  Lines lines(1);
  std::string text = kHeader;
  while (text.size() < 3 << 20) text += lines.Csv();
  Write(".csv", text);
  EXPECT_NE(*Open()->TakeLines(), nullptr);
  ExpectAlike();
}

TEST_F(FileProjectionTest, ACellInAnotherColumnSaysSomethingElse) {
  const std::string kCells[] = {"", "1", "11"};
  std::string text =
      "user_id,email,event,occurred_at,item_id,value,colour,quantity\n";
  for (size_t i = 0; i < 3 * 3 * 3 * 3 * 3; ++i) {
    const auto cell = [&](size_t digit) { return kCells[i / digit % 3]; };
    for (const std::string& email : kCells) {
      absl::StrAppend(&text, cell(1), ",", email,
                      ",purchase,2026-03-01T00:00:00Z,", cell(3), ",", cell(9),
                      ",", cell(27), ",", cell(81), "\n");
    }
  }
  Write(".csv", text);
  ExpectAlike();
}

// What is read at once is looked at at once: all of it plain text, or line by
// line.
TEST_F(FileProjectionTest, LinesThatAreNoTextStandAmongPlainOnes) {
  const std::string_view kOdd[] = {
      "u-1,view_item,2026-03-01T00:00:00Z,,sk\0,,red\n"sv,
      "u-1,view_item,2026-03-01T00:00:00Z,,\xe2\x82\xac,,red\n"sv,
      "u-1,view_item,2026-03-01T00:00:00Z,,\xe2\x82,,red\n"sv, "\0\n"sv,
      "\xff\n"sv};
  for (const std::string_view odd : kOdd) {
    Lines lines(1);
    std::string text = kHeader;
    while (text.size() < 3 << 19) text += lines.Plain();
    text += odd;
    while (text.size() < 5 << 19) text += lines.Plain();
    Write(".csv", text);
    ExpectAlike();
  }
}

TEST_F(FileProjectionTest, QuotesAndLongLinesAreReadLineByLine) {
  for (const uint32_t seed : {1, 2, 3, 4}) {
    SCOPED_TRACE(seed);
    Lines lines(seed);
    std::string text = kHeader;
    while (text.size() < 4 << 20) {
      if (lines.Below(20'000) == 0) text += lines.Quoted();
      if (lines.Below(60'000) == 0) {
        text += std::string((1 << 20) + lines.Below(9), 'x') + "\n";
      }
      text += lines.Csv();
    }
    text += "u-9,purchase,2026-03-01T00:00:00Z,last,,1,";  // no line feed
    Write(".csv", text);
    ExpectAlike();
  }
}

TEST_F(FileProjectionTest, JsonLinesAreReadInParts) {
  Lines lines(1);
  std::string text;
  while (text.size() < 3 << 20) text += lines.Json();
  Write(".jsonl", text);
  ExpectAlike();
}

TEST_F(FileProjectionTest, NobodyHasToReadItToTheEnd) {
  Lines lines(1);
  std::string text = kHeader;
  while (text.size() < 20 << 20) text += lines.Csv();
  Write(".csv", text);
  const std::unique_ptr<EventFile> file = Open();
  SharedLines shared;
  std::vector<LineProjector> projectors = Projectors(2, shared);
  FileProjection parts(*file, projectors);
  EXPECT_FALSE(parts.Next().lines.events.empty());
}

}  // namespace
}  // namespace audienced
