#include "rules/source/render.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace audienced {
namespace {

Diagnostic Fault(Range range) {
  Diagnostic fault;
  fault.code = "empty-window";
  fault.place = {"shop.yaml", range};
  fault.message = "window '0d' is empty; a window must be at least 1s";
  return fault;
}

TEST(RenderText, IsTheFormOfTheLanguage) {
  const std::vector<SourceFile> files = {
      {"other.yaml", "x"},
      {"shop.yaml", "version: 1\n    did: carted\n    in_last: 0d\n"}};
  Diagnostic fault = Fault({{3, 14}, {3, 16}});
  fault.within = "audience 'cart-abandoners', condition 'who.all[0]'";
  fault.help = "write how far to look back, for example 'in_last: 7d'";
  EXPECT_EQ(
      RenderText(fault, files, Color::kNever),
      "shop.yaml:3:14: error: window '0d' is empty; a window must be at least "
      "1s [empty-window]\n"
      "  2 |     did: carted\n"
      "  3 |     in_last: 0d\n"
      "    |              ^^\n"
      "  in audience 'cart-abandoners', condition 'who.all[0]'\n"
      "  help: write how far to look back, for example 'in_last: 7d'\n");
}

TEST(RenderText, LeavesOutWhatIsNotKnown) {
  const std::string message =
      "error: window '0d' is empty; a window must be at least 1s "
      "[empty-window]\n";
  EXPECT_EQ(RenderText(Fault({{9, 14}, {9, 16}}), {}, Color::kNever),
            "shop.yaml:9:14: " + message);
  Diagnostic nowhere = Fault({});
  nowhere.place.file.clear();
  EXPECT_EQ(RenderText(nowhere, {}, Color::kNever), message);
}

struct SnippetCase {
  std::string text;
  Range range;
  std::string expected;  // without the first line
};

TEST(RenderText, PointsAtTheFault) {
  const SnippetCase cases[] = {
      // The first line has none before it.
      {.text = "ab cd",
       .range = {{1, 4}, {1, 6}},
       .expected = "  1 | ab cd\n    |    ^^\n"},
      // Numbers of different length are aligned.
      {.text = "1\n2\n3\n4\n5\n6\n7\n8\n9\nten",
       .range = {{10, 1}, {10, 4}},
       .expected = "   9 | 9\n  10 | ten\n     | ^^^\n"},
      // Tabs stay, characters of two bytes are one.
      {.text = "\tcaf\xC3\xA9: x",
       .range = {{1, 8}, {1, 9}},
       .expected = "  1 | \tcaf\xC3\xA9: x\n    | \t     ^\n"},
      {.text = "\xC3\xA9\xC3\xA9",
       .range = {{1, 1}, {1, 5}},
       .expected = "  1 | \xC3\xA9\xC3\xA9\n    | ^^\n"},
      // What goes on in the next line is marked to the end of its first.
      {.text = "a: {b\n: c}",
       .range = {{1, 4}, {2, 5}},
       .expected = "  1 | a: {b\n    |    ^^\n"},
      // An empty place and one past the end still have a caret.
      {.text = "ab",
       .range = {{1, 2}, {1, 2}},
       .expected = "  1 | ab\n    |  ^\n"},
      {.text = "ab",
       .range = {{1, 9}, {1, 10}},
       .expected = "  1 | ab\n    |   ^\n"},
      {.text = "",
       .range = {{7, 1}, {7, 2}},
       .expected = "  6 | \n  7 | \n    | ^\n"},
      // Nothing in a file steers the terminal.
      {.text = "a\x1b[31m",
       .range = {{1, 1}, {1, 2}},
       .expected = "  1 | a?[31m\n    | ^\n"},
  };
  for (const SnippetCase& one : cases) {
    const std::vector<SourceFile> files = {{"shop.yaml", one.text}};
    const std::string text = RenderText(Fault(one.range), files, Color::kNever);
    EXPECT_EQ(text.substr(text.find('\n') + 1), one.expected) << one.text;
  }
}

TEST(RenderText, CutsLongLinesAroundTheFault) {
  const std::string line =
      std::string(500, 'a') + "FAULT" + std::string(500, 'b');
  const std::vector<SourceFile> files = {{"shop.yaml", line}};
  const std::string text =
      RenderText(Fault({{1, 501}, {1, 506}}), files, Color::kNever);
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("aaaFAULTbbb"), std::string::npos);
  EXPECT_NE(text.find(" ^^^^^\n"), std::string::npos);
}

TEST(RenderText, PaintsOnlyWhenAsked) {
  const std::vector<SourceFile> files = {{"shop.yaml", "in_last: 0d"}};
  Diagnostic fault = Fault({{1, 10}, {1, 12}});
  const auto has_escape = [&](Color color) {
    return RenderText(fault, files, color).find('\x1b') != std::string::npos;
  };
  EXPECT_FALSE(has_escape(Color::kNever));
  EXPECT_TRUE(has_escape(Color::kAlways));
  fault.severity = Severity::kLint;
  EXPECT_NE(RenderText(fault, {}, Color::kNever).find("warning: "),
            std::string::npos);
}

TEST(RenderJson, HasAllFields) {
  Diagnostic fault = Fault({{3, 14}, {3, 16}});
  fault.within = "audience 'x'";
  const auto json = nlohmann::json::parse(RenderJson(fault));
  EXPECT_EQ(json["file"], "shop.yaml");
  EXPECT_EQ(json["line"], 3);
  EXPECT_EQ(json["column"], 14);
  EXPECT_EQ(json["end_line"], 3);
  EXPECT_EQ(json["end_column"], 16);
  EXPECT_EQ(json["severity"], "error");
  EXPECT_EQ(json["code"], "empty-window");
  EXPECT_EQ(json["message"], fault.message);
  EXPECT_EQ(json["within"], "audience 'x'");
  EXPECT_EQ(json["help"], "");
}

TEST(RenderJson, SurvivesBytesThatAreNoText) {
  Diagnostic fault = Fault({{1, 1}, {1, 2}});
  fault.place.file = "caf\xE9.yaml";
  EXPECT_FALSE(nlohmann::json::parse(RenderJson(fault)).empty());
}

}  // namespace
}  // namespace audienced
