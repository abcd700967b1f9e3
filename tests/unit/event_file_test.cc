// Files of events: CSV and JSON Lines, with and without a mapping; what is
// rejected, and that its neighbours are kept.

#include "daemon/ingest/event_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "daemon/ingest/value_json.h"
#include "rules/language/duration_text.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

class EventFileTest : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  // The lines of the list of rejected lines, without its header.
  static std::string Rejected(const std::string& path) {
    const std::string text = ReadWhole(path + ".rejected");
    const std::string header = "line,reason,text\n";
    EXPECT_TRUE(text.starts_with(header)) << text;
    return text.substr(std::min(header.size(), text.size()));
  }

  static EventMapping Mapping(const std::string& yaml) {
    Diagnostics diagnostics;
    EventMapping mapping =
        ParseEventMapping(SourceFile("mapping.yaml", yaml), diagnostics);
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.all().front().message;
    return mapping;
  }

  static std::vector<IncomingEvent> ReadAll(const std::string& path,
                                            const EventMapping& mapping = {}) {
    absl::StatusOr<std::unique_ptr<EventFile>> file =
        EventFile::Open(path, mapping);
    EXPECT_TRUE(file.ok()) << file.status();
    std::vector<IncomingEvent> events;
    if (!file.ok()) return events;
    IncomingEvent incoming;
    while (true) {
      const absl::StatusOr<bool> more = (*file)->Next(incoming);
      EXPECT_TRUE(more.ok()) << more.status();
      if (!more.ok() || !*more) return events;
      events.push_back(incoming);
    }
  }

  static std::string OpenError(const std::string& path,
                               const EventMapping& mapping = {}) {
    return std::string(EventFile::Open(path, mapping).status().message());
  }

  // One event in one line of text.
  static std::string Text(const IncomingEvent& incoming) {
    std::string text;
    for (const Identifier& name : incoming.identifiers) {
      text += name.kind + "=" + name.value + " ";
    }
    const Event& event = incoming.event;
    text += event.name + " " + TimestampText(event.occurred_at) + " " +
            event.event_id + " " + ToJson(event.properties);
    if (!event.items.empty()) text += " items " + ToJson(event.items);
    if (!event.traits.empty()) text += " traits " + ToJson(event.traits);
    for (const auto& [purpose, granted] : event.consents) {
      text += " " + purpose + (granted ? " granted" : " denied");
    }
    return text;
  }

  // Of this process alone: tests run side by side.
  const std::string folder_ =
      testing::TempDir() + "event_file_test." + std::to_string(getpid());
};

TEST_F(EventFileTest, CsvColumnsAreIdentifiersPartsOfTheEventAndProperties) {
  const std::string path = Write(
      "shop.csv",
      "profile,email,event,occurred_at,received_at,event_id,item_id,price,"
      "value,plan\n"
      "ann,ann@example.com,purchase,2026-03-01T10:00:00+01:00,"
      "2026-03-01T09:05:00Z,e1,7,30.50,61,007\n"
      "bob,,view_item,2026-03-01T09:00:00.000001Z,,,,,,\n");
  const std::vector<IncomingEvent> events = ReadAll(path);
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(Text(events[0]),
            "profile=ann email=ann@example.com purchase 2026-03-01T09:00:00Z "
            "e1 {\"item_id\":\"7\",\"price\":30.5,\"value\":61,"
            "\"plan\":\"007\"}");
  EXPECT_EQ(TimestampText(events[0].event.received_at), "2026-03-01T09:05:00Z");
  EXPECT_EQ(events[0].event.origin, "shop.csv");
  EXPECT_EQ(Text(events[1]),
            "profile=bob view_item 2026-03-01T09:00:00.000001Z 000000000003 "
            "{}");
  EXPECT_EQ(events[1].event.received_at, events[1].event.occurred_at);
  EXPECT_FALSE(fs::exists(path + ".rejected"));
}

TEST_F(EventFileTest, BadCsvLinesAreListedAndTheirNeighboursKept) {
  const std::string path = Write("shop.csv",
                                 "profile,event,occurred_at\n"
                                 "ann,view,2026-03-01T09:00:00Z\n"
                                 "ann,view,2026-03-01T09:00:00\n"
                                 "ann,view\n"
                                 ",view,2026-03-01T09:00:00Z\n"
                                 "ann,,2026-03-01T09:00:00Z\n"
                                 "ann,view,\n"
                                 "an\"n,view,2026-03-01T09:00:00Z\n"
                                 "bob,view,2026-03-01T09:00:00Z\n");
  EXPECT_EQ(ReadAll(path).size(), 2);
  EXPECT_EQ(
      Rejected(path),
      "3,the time '2026-03-01T09:00:00' is no RFC 3339 timestamp with a zone,"
      "\"ann,view,2026-03-01T09:00:00\"\n"
      "4,\"the line has 2 cells, the header 3\",\"ann,view\"\n"
      "5,the event names no profile,\",view,2026-03-01T09:00:00Z\"\n"
      "6,the event has no name (event),\"ann,,2026-03-01T09:00:00Z\"\n"
      "7,the event has no time (occurred_at),\"ann,view,\"\n"
      "8,a quote stands inside a cell that is not quoted,"
      "\"an\"\"n,view,2026-03-01T09:00:00Z\"\n");
  EXPECT_EQ(fs::status(path + ".rejected").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(EventFileTest, ListOfAnEarlierRunDoesNotStay) {
  const std::string path = Write("shop.csv",
                                 "profile,event,occurred_at\n"
                                 "ann,view,2026-03-01T09:00:00Z\n");
  Write("shop.csv.rejected", "line,reason,text\n9,old,old\n");
  EXPECT_EQ(ReadAll(path).size(), 1);
  EXPECT_FALSE(fs::exists(path + ".rejected"));
}

// Of a pipe nothing can be read twice, its first bytes neither.
TEST_F(EventFileTest, APipeIsReadOnceFromItsStart) {
  const std::string path = folder_ + "/pipe";
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  constexpr int kEvents = 20'000;
  for (const bool is_json : {true, false}) {
    std::thread sender([&] {
      std::ofstream pipe(path);
      if (!is_json) pipe << "profile,event,occurred_at\n";
      for (int i = 0; i < kEvents; ++i) {
        pipe << (is_json ? R"({"profile": "ann", "event": "view", )"
                           R"("occurred_at": "2026-03-01T09:00:00Z"})"
                         : "ann,view,2026-03-01T09:00:00Z")
             << "\n";
      }
    });
    EXPECT_EQ(ReadAll(path).size(), kEvents) << is_json;
    sender.join();
  }
}

TEST_F(EventFileTest, FileThatIsNoListIsLeftAlone) {
  const std::string path = Write("shop.csv",
                                 "profile,event,occurred_at\n"
                                 "ann,view,yesterday\n");
  const std::string other = Write("notes", "dear diary\n");
  absl::StatusOr<std::unique_ptr<EventFile>> file =
      EventFile::Open(path, {}, other);
  ASSERT_TRUE(file.ok()) << file.status();
  IncomingEvent incoming;
  const std::string message((*file)->Next(incoming).status().message());
  EXPECT_NE(message.find("the list of rejected lines cannot be written"),
            std::string::npos)
      << message;
  EXPECT_EQ(fs::file_size(other), 11);
}

TEST_F(EventFileTest, MappingAdaptsAForeignFile) {
  const EventMapping mapping = Mapping(
      "columns: { profile: uid, event: action, occurred_at: ts,\n"
      "           item_id: skus, price: prices }\n"
      "time_unit: ms\n"
      "items_separator: '|'\n"
      "events: { cart: add_to_cart }\n"
      "ignore: [row, event]\n");
  const std::string path = Write("log.csv",
                                 "row,uid,action,ts,skus,prices,event\n"
                                 "1,7,cart,1772355600001,a|b|c,1|2.5|,web\n"
                                 "2,7,view,1772355600002,a,,web\n"
                                 "3,7,view,1772355600002,a|b,1,web\n"
                                 "4,7,view,2026-03-01T09:00:00Z,,,web\n"
                                 "5,7,view,177235560000100000,,,web\n");
  const std::vector<IncomingEvent> events = ReadAll(path, mapping);
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(Text(events[0]),
            "profile=7 add_to_cart 2026-03-01T09:00:00.001Z 000000000002 {} "
            "items [{\"item_id\":\"a\",\"price\":1},"
            "{\"item_id\":\"b\",\"price\":2.5},{\"item_id\":\"c\"}]");
  EXPECT_EQ(Text(events[1]),
            "profile=7 view 2026-03-01T09:00:00.002Z 000000000003 {} items "
            "[{\"item_id\":\"a\"}]");
  EXPECT_EQ(
      Rejected(path),
      "4,\"'price' is of 1 items, a column before it of 2\","
      "\"3,7,view,1772355600002,a|b,1,web\"\n"
      "5,the time '2026-03-01T09:00:00Z' is no whole number of milliseconds,"
      "\"4,7,view,2026-03-01T09:00:00Z,,,web\"\n"
      "6,the time '177235560000100000' is not in the years 1 to 9999; is it "
      "counted in milliseconds?,\"5,7,view,177235560000100000,,,web\"\n");
}

TEST_F(EventFileTest, HeaderThatCannotBeOneIsRefused) {
  const std::string good = "profile,event,occurred_at";
  EXPECT_EQ(OpenError(Write("a.csv", "")),
            "the header is missing; the file is empty");
  EXPECT_EQ(OpenError(Write("a.csv", "event,occurred_at\n")),
            "the header has no column 'profile'; a mapping file can name the "
            "column that is meant");
  EXPECT_EQ(OpenError(Write("a.csv", "profile;event;occurred_at\n")),
            "the header has its columns separated by semicolons; wanted are "
            "commas");
  EXPECT_EQ(OpenError(Write("a.csv", "profile,event,ts\n")),
            "the header has no column 'occurred_at'; a mapping file can name "
            "the column that is meant");
  EXPECT_EQ(OpenError(Write("a.csv", good + ",a,a\n")),
            "the header has two columns for 'a': 'a' and 'a'");
  EXPECT_EQ(OpenError(Write("a.csv", good + ",items\n")),
            "the header has the column 'items', which cannot stand in CSV; use "
            "JSON Lines");
  EXPECT_EQ(OpenError(Write("a.csv", good + ",ts\n"),
                      Mapping("columns: { occurred_at: ts }")),
            "'occurred_at' stands in the file, but the mapping takes "
            "'occurred_at' from 'ts'; name the former under 'columns' or "
            "'ignore'");
  EXPECT_EQ(OpenError(Write("a.csv", "user-id,event,occurred_at\n"),
                      Mapping("columns: { profile: userid }")),
            "the header has no column 'userid', which the mapping names for "
            "'profile'; did you mean 'user-id'?");
}

TEST_F(EventFileTest, JsonLinesHoldWhatCsvCannot) {
  const std::string path =
      Write("shop.jsonl",
            "{\"occurred_at\":\"2026-03-01T09:00:00Z\",\"profile\":\"ann\","
            "\"event\":\"add_to_cart\",\"event_id\":\"e1\",\"value\":0.1,"
            "\"big\":1e20,\"customer\":{\"tier\":\"gold\"},"
            "\"items\":[{\"item_id\":7,\"price\":30}]}\n"
            "\n"
            "{\"occurred_at\":\"2026-03-01T09:01:00Z\",\"event\":\"$identify\","
            "\"identifiers\":{\"user_id\":\"u1\",\"email\":\"a@b.c\"},"
            "\"traits\":{\"plan\":\"pro\"},"
            "\"consent\":{\"email\":\"granted\",\"ads\":\"denied\"}}\n");
  const std::vector<IncomingEvent> events = ReadAll(path);
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(Text(events[0]),
            "profile=ann add_to_cart 2026-03-01T09:00:00Z e1 {\"value\":0.1,"
            "\"big\":\"1e20\",\"customer\":{\"tier\":\"gold\"}} items "
            "[{\"item_id\":\"7\",\"price\":30}]");
  EXPECT_EQ(Text(events[1]),
            "user_id=u1 email=a@b.c $identify 2026-03-01T09:01:00Z "
            "000000000003 {} traits {\"plan\":\"pro\"} email granted ads "
            "denied");
}

TEST_F(EventFileTest, BadJsonLinesAreListed) {
  const std::string head =
      "\"occurred_at\":\"2026-03-01T09:00:00Z\",\"profile\":\"a\"";
  const std::string path =
      Write("shop.jsonl",
            "{\n[1]\n{" + head + "}\n{" + head + ",\"event\":{}}\n{" + head +
                ",\"event\":\"x\",\"items\":{}}\n{" + head +
                ",\"event\":\"x\",\"consent\":{\"m\":true}}\n{" + head +
                ",\"merge_into\":\"b\"}\n{" + head + ",\"event\":\"x\"}\n");
  EXPECT_EQ(ReadAll(path).size(), 1);
  std::vector<std::string> reasons;
  std::istringstream lines(Rejected(path));
  for (std::string line; std::getline(lines, line);) {
    reasons.push_back(line.substr(0, line.find(",\"{")));
  }
  const std::vector<std::string> expected = {
      "1,not JSON at byte 2,{",
      "2,not a JSON object,[1]",
      "3,the event has no name (event)",
      "4,'event' must be a text",
      "5,'items' is no list",
      "6,the consent 'm' is neither 'granted' nor 'denied'",
      "7,'merge_into' is for rule tests; an event that names both people in "
      "'identifiers' joins them"};
  EXPECT_EQ(reasons, expected);
}

TEST_F(EventFileTest, MappingFaultsAreTold) {
  Diagnostics diagnostics;
  ParseEventMapping(
      SourceFile("mapping.yaml",
                 "column: {}\ntime_unit: min\nignore: x\nevents: [a]\n"),
      diagnostics);
  std::vector<std::string> messages;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    messages.push_back(diagnostic.message);
  }
  const std::vector<std::string> expected = {
      "a mapping file has no key 'column'", "'min' is no unit of time",
      "'ignore' must be a list", "'events' must be a mapping of names"};
  EXPECT_EQ(messages, expected);
}

TEST_F(EventFileTest, MissingFileIsNamed) {
  EXPECT_NE(OpenError(folder_ + "/none.csv").find("none.csv"),
            std::string::npos);
  EXPECT_NE(OpenError(folder_).find("is a folder"), std::string::npos);
}

}  // namespace
}  // namespace audienced
