// Rule tests must fail when they should: each case here breaks one expectation
// of a good test, or one rule of the format of test files.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/load.h"
#include "rules/scenario/scenario_parser.h"
#include "rules/scenario/scenario_runner.h"
#include "rules/source/node.h"

namespace audienced {
namespace {

constexpr char kRulebook[] = R"(
rulebook:
  version: 1
  timezone: UTC
  consents: { email: denied }
  conversions:
    carted:    { kind: micro, role: process, event: add_to_cart }
    purchased: { kind: macro, event: purchase }
  audiences:
    waiting:
      who:
        sequence: [{ did: carted }, { did_not: purchased, for: 1h }]
        same: item_id
    recent: { who: { did: carted, in_last: 30m }, stay: 1h }
    mailed: { who: { did: carted }, consent: [email] }
)";

struct Loaded {
  Scenario scenario;
  std::vector<std::string> faults;  // "line:column code: message"
  std::shared_ptr<const CompiledRulebook> rulebook;
};

Loaded Load(const std::string& text) {
  Loaded loaded;
  Diagnostics diagnostics;
  const std::optional<Node> document =
      ReadYaml(SourceFile("t.test.yaml", text), diagnostics);
  if (document.has_value()) {
    loaded.scenario = ParseScenario(*document, diagnostics);
  }
  if (loaded.scenario.rulebook.has_value()) {
    const std::vector<const Node*> documents = {&*loaded.scenario.rulebook};
    Rulebook rulebook = LoadRulebook(documents, diagnostics);
    CheckScenario(loaded.scenario, rulebook, diagnostics);
    if (!diagnostics.has_errors()) {
      loaded.rulebook = CompiledRulebook::Compile(std::move(rulebook));
    }
  }
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    loaded.faults.push_back(std::string(diagnostic.code) + ": " +
                            diagnostic.message);
  }
  return loaded;
}

// The failures of one test whose body is `body`, indented by four.
std::vector<TestFailure> Failures(const std::string& body) {
  const Loaded loaded =
      Load(kRulebook + std::string("tests:\n  - name: one\n    start: ") +
           "2026-03-02T00:00:00Z\n" + body);
  EXPECT_TRUE(loaded.faults.empty()) << loaded.faults.front();
  if (loaded.rulebook == nullptr) return {};
  return RunTest(loaded.scenario.tests.front(), loaded.rulebook);
}

constexpr char kCart[] =
    "    events: [{ at: 0m, profile: ann, event: add_to_cart, items: [{ "
    "item_id: x }, { item_id: y }] }]\n";

TEST(ScenarioRunner, PassesAndFailsOnMembers) {
  const std::string cart = kCart;
  EXPECT_TRUE(
      Failures(cart + "    expect: [{ at: 1h, waiting: [ann] }]\n").empty());
  const std::vector<TestFailure> failures =
      Failures(cart + "    expect: [{ at: 59m, waiting: [ann, bob] }]\n");
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(RenderFailure(failures[0]),
            "t.test.yaml:20:25: test 'one': audience 'waiting' at "
            "2026-03-02T00:59:00Z\n"
            "  expected: [ann, bob]\n"
            "  got:      []\n"
            "  ann is not in\n"
            "    until 2026-03-02T01:00:00Z, if nothing more happens\n"
            "    an event of 'carted' for x and y would keep the profile out "
            "59m longer\n"
            "    an event of 'purchased' for x and y would keep the profile "
            "out\n"
            "\n"
            "  [no]  sequence did carted then did_not purchased for 1h, same "
            "item_id  t.test.yaml:12\n"
            "        until 2026-03-02T01:00:00Z\n"
            "        an event of 'carted' for x and y would keep it from "
            "holding 59m longer\n"
            "        an event of 'purchased' for x and y would keep it from "
            "holding\n");
}

TEST(ScenarioRunner, EvidenceIsComparedWhereItIsAsked) {
  const std::string cart = kCart;
  EXPECT_TRUE(
      Failures(cart +
               "    expect: [{ at: 1h, waiting: { ann: { items: [y, x] } } "
               "}]\n")
          .empty());
  const std::vector<TestFailure> failures = Failures(
      cart + "    expect: [{ at: 1h, waiting: { ann: { items: [x] } } }]\n");
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(failures[0].expected, "[ann with items [x]]");
  EXPECT_EQ(failures[0].got, "[ann with items [x, y]]");
}

TEST(ScenarioRunner, SaysWhyForProfilesThatDiffer) {
  const std::string two =
      "    events:\n"
      "      - { at: 0m, profile: ann, event: add_to_cart, item_id: x }\n"
      "      - { at: 0m, profile: bob, event: add_to_cart, item_id: x }\n";
  const std::vector<TestFailure> failures =
      Failures(two + "    expect: [{ at: 1h, waiting: [ann] }]\n");
  ASSERT_EQ(failures.size(), 1);
  EXPECT_EQ(
      RenderFailure(failures[0]),
      "t.test.yaml:22:24: test 'one': audience 'waiting' at "
      "2026-03-02T01:00:00Z\n"
      "  expected: [ann]\n"
      "  got:      [ann, bob]\n"
      "  bob is in\n"
      "    since 2026-03-02T01:00:00Z\n"
      "    does not change by itself\n"
      "    an event of 'purchased' for x would take the profile out\n"
      "    an event of 'carted' for x would take the profile out for 1h\n"
      "\n"
      "  [yes] sequence did carted then did_not purchased for 1h, same item_id"
      "  t.test.yaml:12\n"
      "        since 2026-03-02T01:00:00Z\n"
      "        2026-03-02T00:00:00Z  add_to_cart  x\n"
      "        for x\n"
      "        an event of 'purchased' for x would end it\n"
      "        an event of 'carted' for x would end it for 1h\n");
}

// Body, what is missing, what is unexpected: one line of `changes` each.
struct ChangesCase {
  const char* changes;
  const char* expected;
  const char* got;
};

TEST(ScenarioRunner, ChangesAreComparedOnTheKeysTheyName) {
  // recent: in at 0, `who` ends at 30m, rises again at 40m (renewed), out at
  // 130m. waiting: in at 60m. The cart of 40m restarts it: in at 100m only.
  const std::string events =
      "    events:\n"
      "      - { at: 0m, profile: ann, event: add_to_cart, item_id: x }\n"
      "      - { at: 40m, profile: ann, event: add_to_cart, item_id: x }\n"
      "    expect: [{ at: 3h, recent: [] }]\n"
      "    changes:\n";
  const std::string rest =
      "      - { audience: recent, change: left, at: 130m, cause: time }\n"
      "      - { audience: waiting, at: 100m }\n";
  const std::vector<ChangesCase> cases = {
      {"      - { at: 0m, profile: ann, change: entered, cause: event }\n",
       nullptr, nullptr},
      {"      - { change: entered }\n", nullptr, nullptr},
      {"      - { at: 0m }\n      - { change: renewed, at: 40m }\n", nullptr,
       nullptr},
      {"      - { at: 0m, cause: merge }\n",
       "{ at: 2026-03-02T00:00:00Z, cause: merge }",
       "{ at: 2026-03-02T00:00:00Z, profile: ann, audience: recent, change: "
       "entered, cause: event }"},
      {"      - { at: 0m }\n      - { change: updated }\n",
       "{ change: updated }", "no such change"},
      {"", "no such change",
       "{ at: 2026-03-02T00:00:00Z, profile: ann, audience: recent, change: "
       "entered, cause: event }"},
  };
  for (const ChangesCase& one : cases) {
    const std::vector<TestFailure> failures =
        Failures(events + one.changes + rest);
    if (one.expected == nullptr) {
      EXPECT_TRUE(failures.empty()) << RenderFailure(failures.front());
      continue;
    }
    ASSERT_EQ(failures.size(), 1) << one.changes;
    EXPECT_EQ(failures[0].expected, one.expected);
    EXPECT_EQ(failures[0].got, one.got);
  }
}

TEST(ScenarioRunner, CausesOfChanges) {
  const std::vector<TestFailure> failures = Failures(
      "    events:\n"
      "      - { at: 0m, profile: ann, event: add_to_cart, item_id: x }\n"
      "      - { at: 1m, profile: ann, event: $identify, consent: { email: "
      "granted } }\n"
      "      - { at: 0m, received: 2h, profile: bob, event: add_to_cart, "
      "item_id: x }\n"
      "      - { at: 3h, profile: ann, merge_into: bob }\n"
      "    changes:\n"
      "      - { at: 0m, profile: ann, audience: recent, cause: event }\n"
      "      - { at: 1m, profile: ann, audience: mailed, cause: consent }\n"
      "      - { at: 1h, profile: ann, audience: waiting, cause: time }\n"
      "      - { at: 90m, profile: ann, audience: recent, cause: time }\n"
      "      - { at: 2h, profile: bob, audience: waiting, cause: late_event }\n"
      "      - { at: 3h, profile: ann, audience: waiting, change: left, cause: "
      "merge }\n"
      "      - { at: 3h, profile: ann, audience: mailed, change: left, cause: "
      "merge }\n"
      "      - { at: 3h, profile: bob, audience: mailed, change: entered, "
      "cause: merge }\n");
  EXPECT_TRUE(failures.empty()) << RenderFailure(failures.front());
}

TEST(ScenarioRunner, AConsentThatOnlySaysAgainWhatHoldsIsNoCause) {
  const std::vector<TestFailure> failures = Failures(
      "    events:\n"
      "      - { at: 0m, profile: ann, event: $identify, consent: { email: "
      "granted } }\n"
      "      - { at: 1m, profile: ann, event: add_to_cart, item_id: x, "
      "consent: "
      "{ email: granted } }\n"
      "      - { at: 2m, profile: ann, event: $identify, consent: { email: "
      "denied } }\n"
      "    changes:\n"
      "      - { at: 1m, profile: ann, audience: recent, cause: event }\n"
      "      - { at: 1m, profile: ann, audience: mailed, cause: event }\n"
      "      - { at: 2m, profile: ann, audience: mailed, change: left, cause: "
      "consent }\n");
  EXPECT_TRUE(failures.empty()) << RenderFailure(failures.front());
}

TEST(ScenarioRunner, MergesApplyToSurvivorsAndDropDuplicates) {
  const std::vector<TestFailure> failures = Failures(
      "    events:\n"
      "      - { at: 0m, profile: a, event: add_to_cart, event_id: e, item_id: "
      "x }\n"
      "      - { at: 0m, profile: b, event: add_to_cart, event_id: e, item_id: "
      "y }\n"
      "      - { at: 1m, profile: a, merge_into: b }\n"
      "      - { at: 2m, profile: a, merge_into: c }\n"
      "      - { at: 3m, profile: b, merge_into: a }\n"
      "    expect:\n"
      "      - { at: 1m, recent: [b] }\n"
      "      - { at: 2m, recent: [c] }\n"
      "      - { at: 1h, waiting: { c: { items: [x] } } }\n");
  EXPECT_TRUE(failures.empty()) << RenderFailure(failures.front());
}

TEST(ScenarioParser, FaultsAreTold) {
  const std::string head = std::string(kRulebook) + "tests:\n  - ";
  const std::string some = "tests: [{ name: a, changes: [] }]\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {some, "missing-key: a test file says either 'rules' or 'rulebook'"},
      {std::string(kRulebook) + "rules: [a.yaml]\n" + some,
       "conflicting-keys: a test file says either 'rules' or 'rulebook'"},
      {"rules: []\n" + some, "empty-list: 'rules' names no rule file"},
      {std::string(kRulebook) + "tests: []\n",
       "empty-list: the file has no test"},
      {std::string(kRulebook),
       "missing-key: a test file needs the key "
       "'tests'"},
      {head + "{ name: a, expects: [], changes: [] }\n",
       "unknown-key: a test has no key 'expects'"},
      {head + "{ name: a }\n",
       "missing-key: the test expects nothing, so it cannot fail"},
      {head + "{ name: a, expect: [] }\n",
       "missing-key: the test expects nothing, so it cannot fail"},
      {head + "{ name: a, expect: [{ at: 1h, waiting: [] }] }\n",
       "bad-instant: '1h' counts from the start of the test, which says none"},
      {head + "{ name: a, start: 2026-03-02, changes: [] }\n",
       "bad-instant: '2026-03-02' is no timestamp with a zone"},
      {head +
           "{ name: a, expect: [{ at: 2026-03-02T00:00:00Z, wating: [] }] }\n",
       "unknown-audience: no audience is named 'wating'"},
      {head + "{ name: a, expect: [{ at: 2026-03-02T00:00:00Z }] }\n",
       "missing-key: the expectation names no audience"},
      {head + "{ name: a, changes: [{ change: enter }] }\n",
       "unknown-word: 'enter' is no change"},
      {head + "{ name: a, changes: [], events: [{ profile: x, event: y }] }\n",
       "missing-key: an event needs the key 'at'"},
      {head + "{ name: a, changes: [], events: [{ at: soon, profile: x, event: "
              "y }] }\n",
       "bad-instant: 'soon' is no time"},
      {head + "{ name: a, changes: [], events: [{ at: 2026-03-02T00:00:00Z, "
              "profile: x, event: y, consent: { mail: granted } }] }\n",
       "unknown-consent: no purpose of consent is named 'mail'"},
      {head + "{ name: a, changes: [], events: [{ at: 2026-03-02T00:00:00Z, "
              "profile: x, event: y, consent: { email: yes } }] }\n",
       "unknown-word: 'yes' is no consent"},
      {head + "{ name: a, changes: [], events: [{ at: 2026-03-02T00:00:00Z, "
              "profile: x, merge_into: y, event: z }] }\n",
       "unknown-key: a merge has no key 'event'"},
  };
  for (const auto& [text, fault] : cases) {
    const std::vector<std::string> faults = Load(text).faults;
    EXPECT_EQ(faults, std::vector<std::string>{fault}) << text;
  }
}

}  // namespace
}  // namespace audienced
