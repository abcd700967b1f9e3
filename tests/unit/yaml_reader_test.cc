#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "rules/source/message.h"
#include "rules/source/node.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

// A node as text with its place, so that a test shows a tree in one line:
// scalars as text@line:column-column, quoted ones in quotes.
std::string Shape(const Node& node) {
  const auto [begin, end] = node.place.range;
  const std::string end_line =
      end.line == begin.line ? "" : Concat(std::to_string(end.line), ":");
  const std::string place =
      Concat("@", std::to_string(begin.line), ":", std::to_string(begin.column),
             "-", end_line, std::to_string(end.column));
  std::string text;
  switch (node.kind) {
    case Node::Kind::kNull:
      return Concat("null(", node.text, ")", place);
    case Node::Kind::kScalar:
      return Concat(node.quoted ? Quoted(node.text) : node.text, place);
    case Node::Kind::kSequence:
      for (const Node& element : node.elements) {
        text += Concat(text.empty() ? "" : " ", Shape(element));
      }
      return Concat("[", text, "]", place);
    case Node::Kind::kMapping:
      for (const Node::Entry& entry : node.entries) {
        text += Concat(text.empty() ? "" : " ", Shape(entry.key), "=",
                       Shape(entry.value));
      }
      return Concat("{", text, "}", place);
  }
  return text;
}

struct Read {
  std::optional<Node> node;
  Diagnostics diagnostics;

  std::string shape() const { return node ? Shape(*node) : "nothing"; }
  std::string codes() const {
    std::string codes;
    for (const Diagnostic& one : diagnostics.all()) {
      const Position begin = one.place.range.begin;
      codes +=
          Concat(codes.empty() ? "" : " ", one.code, "@",
                 std::to_string(begin.line), ":", std::to_string(begin.column));
    }
    return codes;
  }
};

Read ReadText(const std::string& text) {
  Read read;
  read.node = ReadYaml(SourceFile("a.yaml", text), read.diagnostics);
  return read;
}

struct ShapeCase {
  std::string text;
  std::string expected;
};

TEST(ReadYaml, KeepsTextAndPlaces) {
  const ShapeCase cases[] = {
      {.text = "", .expected = "null()@1:1-1"},
      {.text = "# only a comment\n", .expected = "null()@1:1-1"},
      {.text = "a: 1\n", .expected = "{a@1:1-2=1@1:4-5}@1:1-5"},
      {.text = "a: NO", .expected = "{a@1:1-2=NO@1:4-6}@1:1-6"},
      {.text = "a: \"5\"", .expected = "{a@1:1-2='5'@1:4-7}@1:1-7"},
      {.text = "a: 'it''s'", .expected = "{a@1:1-2='it's'@1:4-11}@1:1-11"},
      {.text = R"(a: "x\"y")", .expected = "{a@1:1-2='x\"y'@1:4-10}@1:1-10"},
      // A value that is missing is at its key.
      {.text = "a:\nb: 1",
       .expected = "{a@1:1-2=null()@1:1-2 b@2:1-2=1@2:4-5}@1:1-2:5"},
      {.text = "a: ~", .expected = "{a@1:1-2=null(~)@1:4-5}@1:1-5"},
      {.text = "a: [x, {b: y}]",
       .expected =
           "{a@1:1-2=[x@1:5-6 {b@1:9-10=y@1:12-13}@1:8-14]@1:4-15}@1:1-15"},
      {.text = "- x\n- y\n", .expected = "[x@1:3-4 y@2:3-4]@1:1-2:4"},
      {.text = "a: |\n  two\n  lines\n",
       .expected = "{a@1:1-2='two\nlines\n'@1:4-5}@1:1-5"},
      {.text = "a: two\n  lines\n",
       .expected = "{a@1:1-2=two lines@1:4-7}@1:1-7"},
      // Line ends of Windows and a byte order mark move nothing.
      {.text = "a: 1\r\nb: 2\r\n",
       .expected = "{a@1:1-2=1@1:4-5 b@2:1-2=2@2:4-5}@1:1-2:5"},
      {.text = "\xEF\xBB\xBF"
               "a: 1\nb: 2",
       .expected = "{a@1:4-5=1@1:7-8 b@2:1-2=2@2:4-5}@1:4-2:5"},
      // Columns count bytes.
      {.text = "\xC3\xA9: 1", .expected = "{\xC3\xA9@1:1-3=1@1:5-6}@1:1-6"},
  };
  for (const ShapeCase& one : cases) {
    const Read read = ReadText(one.text);
    EXPECT_EQ(read.shape(), one.expected) << one.text;
    EXPECT_EQ(read.codes(), "") << one.text;
  }
}

TEST(ReadYaml, RefusesWhatHidesOrMisleads) {
  const ShapeCase cases[] = {
      {.text = "a: 1\nb: 2\na: 3", .expected = "duplicate-key@3:1"},
      {.text = "x: {a: 1, \"a\": 2}", .expected = "duplicate-key@1:11"},
      {.text = "a: &x 1", .expected = "yaml-anchor@1:4"},
      {.text = "a: &x 1\nb: *x", .expected = "yaml-anchor@1:4 yaml-anchor@2:4"},
      {.text = "a: *x", .expected = "yaml-syntax@1:4"},
      {.text = "a: !!str 1", .expected = "yaml-tag@1:4"},
      {.text = "a: ! 1", .expected = "yaml-tag@1:4"},
      {.text = "a: !thing [1]", .expected = "yaml-tag@1:4"},
      {.text = "<<: {a: 1}", .expected = "yaml-merge-key@1:1"},
      {.text = "\"<<\": 1", .expected = ""},
      {.text = "[a]: 1", .expected = "key-not-text@1:1"},
      {.text = "~: 1", .expected = "key-not-text@1:1"},
      {.text = "a: 1\n---\nb: 1", .expected = "second-document@2:1"},
      {.text = "---\na: 1\n...\n", .expected = ""},
      {.text = "a: [1", .expected = "yaml-syntax@1:4"},
      {.text = "a: [{b: 1\nc: 2\n", .expected = "yaml-syntax@1:5"},
      {.text = "a: 1\n\tb: 2", .expected = "yaml-syntax@2:1"},
      {.text = "a: \x04", .expected = "not-text@1:4"},
      {.text = std::string("a: \0", 4), .expected = "not-text@1:4"},
      {.text = "a: \xE9", .expected = "not-text@1:4"},
      {.text = "a: \xED\xA0\x80", .expected = "not-text@1:4"},
  };
  for (const ShapeCase& one : cases) {
    EXPECT_EQ(ReadText(one.text).codes(), one.expected) << one.text;
  }
}

TEST(ReadYaml, KeepsTheFirstOfTwoValues) {
  EXPECT_EQ(ReadText("a: 1\na: 2").shape(), "{a@1:1-2=1@1:4-5}@1:1-2:5");
}

TEST(ReadYaml, BoundsDepthAndSize) {
  const auto nested = [](int depth) {
    return Concat(std::string(depth, '['), std::string(depth, ']'));
  };
  EXPECT_EQ(ReadText(nested(kDepthLimit)).codes(), "");
  EXPECT_EQ(ReadText(nested(kDepthLimit + 1)).codes(), "too-deep@1:65");
  // Far beyond the bound the answer is the same, and comes at once.
  EXPECT_EQ(ReadText(nested(100000)).codes(), "too-deep@1:65");

  const std::string full(SourceFile::kSizeLimitBytes - 3, 'x');
  EXPECT_EQ(ReadText(Concat("a: ", full)).codes(), "");
  EXPECT_EQ(ReadText(Concat("a: x", full)).codes(), "file-too-large@1:1");
}

TEST(SourceFile, ConvertsBetweenOffsetsAndPositions) {
  const SourceFile file("a.yaml", "ab\r\ncd\n\nx");
  EXPECT_EQ(file.Line(1), "ab");
  EXPECT_EQ(file.Line(2), "cd");
  EXPECT_EQ(file.Line(3), "");
  EXPECT_EQ(file.Line(4), "x");
  EXPECT_EQ(file.Line(5), "");
  EXPECT_EQ(file.Line(0), "");
  for (size_t offset = 0; offset <= file.text().size(); ++offset) {
    EXPECT_EQ(file.OffsetOf(file.PositionOf(offset)), offset);
  }
  EXPECT_EQ(file.PositionOf(4), (Position{2, 1}));
  EXPECT_EQ(file.OffsetOf({9, 1}), file.text().size());
}

TEST(IsBooleanWord, KnowsTheWordsOfYaml) {
  for (const char* word : {"yes", "NO", "on", "Off", "true", "False", "y"}) {
    EXPECT_TRUE(IsBooleanWord(word)) << word;
  }
  for (const char* word : {"none", "nO", "1", "", "yess"}) {
    EXPECT_FALSE(IsBooleanWord(word)) << word;
  }
}

struct SpellingCase {
  std::string word;
  std::string expected;
};

TEST(NearestName, FindsLikelyMisspellings) {
  const std::vector<std::string_view> names = {"carted", "viewed", "stay",
                                               "in_last", "purchased"};
  const SpellingCase cases[] = {
      {.word = "cartd", .expected = "carted"},
      {.word = "catred", .expected = "carted"},
      {.word = "purchsed", .expected = "purchased"},
      {.word = "in_lst", .expected = "in_last"},
      {.word = "sty", .expected = "stay"},
      {.word = "st", .expected = ""},
      {.word = "colour", .expected = ""},
      {.word = "", .expected = ""},
      {.word = std::string(1000, 'x'), .expected = ""},
  };
  for (const SpellingCase& one : cases) {
    EXPECT_EQ(NearestName(one.word, names), one.expected) << one.word;
  }
}

}  // namespace
}  // namespace audienced
