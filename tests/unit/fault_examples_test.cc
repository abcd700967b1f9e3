// The examples of `audiencectl explain-code` are held against the loader: the
// wrong one has its fault and no other, the right one has none.

#include "rules/source/fault_examples.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "rules/scenario/scenario_file.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

// What cannot be shown in a few lines of text, or needs a database or a
// retention.
const std::set<std::string_view> kWithoutExample = {
    "beyond-retention",       "file-too-large",
    "looks-beyond-retention", "never-seen-event",
    "never-seen-property",    "not-text",
    "several-currencies",     "too-deep",
    "too-many-steps"};

// `piece` completed to a rule file.
std::string WholeFile(const std::string& piece) {
  if (piece.starts_with("version:")) return piece;
  if (piece.starts_with("conversions:")) return "version: 1\n" + piece;
  if (piece.starts_with("audiences:\n")) {
    return ShopWith(piece.substr(piece.find('\n') + 1));
  }
  std::string audience = "  tested:\n    ";
  for (const char character : piece) {
    audience += character;
    if (character == '\n') audience += "    ";
  }
  return ShopWith(audience + "\n");
}

struct Faults {
  std::set<std::string_view> codes;
  bool has_errors = false;
  std::string text;
};

Faults Tell(std::string_view piece) {
  const std::string text(piece);
  Diagnostics faults;
  if (text.starts_with("rules:")) {
    faults = RunScenarioFiles({{"shop.test.yaml", text}},
                              {{"shop.yaml", ShopWithWho("{ did: carted }")}})
                 .diagnostics;
  } else {
    faults = Load(WholeFile(text)).diagnostics;
  }
  Faults told;
  told.has_errors = faults.has_errors();
  for (const Diagnostic& one : faults.all()) {
    told.codes.insert(one.code);
    told.text += RenderText(one, {}, Color::kNever);
  }
  return told;
}

TEST(FaultExamples, TheWrongHasItsFaultAndTheRightHasNone) {
  for (const FaultExample& example : FaultExamples()) {
    const FaultCode* code = FindFaultCode(example.code);
    ASSERT_NE(code, nullptr) << example.code;
    const Faults wrong = Tell(example.wrong);
    if (code->severity == Severity::kError) {
      EXPECT_EQ(wrong.codes, std::set<std::string_view>{example.code})
          << example.wrong << "\n"
          << wrong.text;
    } else {
      EXPECT_TRUE(wrong.codes.contains(example.code))
          << example.code << ": " << example.wrong << "\n"
          << wrong.text;
      EXPECT_FALSE(wrong.has_errors) << wrong.text;
    }
    const Faults right = Tell(example.right);
    EXPECT_TRUE(right.codes.empty())
        << example.code << ": " << example.right << "\n"
        << right.text;
  }
}

TEST(FaultExamples, EachCodeHasOne) {
  for (const FaultCode& code : FaultCodes()) {
    EXPECT_EQ(FindFaultExample(code.name) == nullptr,
              kWithoutExample.contains(code.name))
        << code.name;
  }
}

}  // namespace
}  // namespace audienced
