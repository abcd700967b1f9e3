// What counts where events count for ten days: both sides of the edge, for each
// way in which rules look at events.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/scenario/scenario_file.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr absl::Duration kRetention = absl::Hours(240);

struct RetentionCase {
  std::string name;
  std::string audience;  // the keys of the audience `tested`
  std::string events;    // a line each, of ann
  std::string expect;    // a line each
};

std::string RunTests(const RetentionCase& one) {
  const SourceFile rules("shop.yaml", ShopWith("  tested:\n" + one.audience));
  const SourceFile test(
      "shop.test.yaml",
      absl::StrCat("rules: [shop.yaml]\ntests:\n  - name: ", one.name,
                   "\n    start: 2026-03-01T00:00:00Z\n    events:\n",
                   one.events, "    expect:\n", one.expect));
  const ScenarioOutcome outcome = RunScenarioFiles({test}, {rules}, kRetention);
  std::string text;
  for (const Diagnostic& fault : outcome.diagnostics.all()) {
    text += RenderText(fault, {rules, test}, Color::kNever);
  }
  EXPECT_EQ(outcome.tests.size(), 1u) << text;
  for (const TestOutcome& each : outcome.tests) {
    for (const TestFailure& failure : each.failures) {
      text += RenderFailure(failure);
    }
  }
  return text;
}

TEST(Retention, AnEventCountsForLessThanIt) {
  const RetentionCase cases[] = {
      {"ever", "    who: { did: carted }\n",
       "      - { at: 0m, profile: ann, event: add_to_cart }\n",
       "      - { at: 9d23h59m59s, tested: [ann] }\n"
       "      - { at: 10d, tested: [] }\n"},
      {"a negation comes true again",
       "    who: { all: [{ did_not: purchased }, { known_for: 12d }] }\n",
       "      - { at: 0m, profile: ann, event: add_to_cart }\n"
       "      - { at: 3d, profile: ann, event: purchase }\n",
       "      - { at: 12d23h59m59s, tested: [] }\n"
       "      - { at: 13d, tested: [ann] }\n"},
      {"times", "    who: { did: carted, times: 2 }\n",
       "      - { at: 0m, profile: ann, event: add_to_cart }\n"
       "      - { at: 2d, profile: ann, event: add_to_cart }\n",
       "      - { at: 9d23h59m59s, tested: [ann] }\n"
       "      - { at: 10d, tested: [] }\n"},
      {"the first one that counts is the first",
       "    who: { did: { event: add_to_cart }, which: first, where: { "
       "country: "
       "ES } }\n",
       "      - { at: 0m, profile: ann, event: add_to_cart, country: GB }\n"
       "      - { at: 2d, profile: ann, event: add_to_cart, country: ES }\n",
       "      - { at: 9d23h59m59s, tested: [] }\n"
       "      - { at: 10d, tested: [ann] }\n"
       "      - { at: 12d, tested: [] }\n"},
      {"a sequence lasts as long as its first event counts",
       "    who: { sequence: [{ did: viewed }, { did: carted }] }\n",
       "      - { at: 0m, profile: ann, event: view_item }\n"
       "      - { at: 2d, profile: ann, event: add_to_cart }\n",
       "      - { at: 9d23h59m59s, tested: [ann] }\n"
       "      - { at: 10d, tested: [] }\n"},
      {"stay begins where it ends", "    who: { did: carted }\n    stay: 1d\n",
       "      - { at: 0m, profile: ann, event: add_to_cart }\n",
       "      - { at: 10d23h59m59s, tested: [ann] }\n"
       "      - { at: 11d, tested: [] }\n"},
      {"points go with their event",
       "    who: { score: { of: heat, at_least: 1 } }\n",
       "      - { at: 0m, profile: ann, event: add_to_cart }\n",
       "      - { at: 9d23h59m59s, tested: [ann] }\n"
       "      - { at: 10d, tested: [] }\n"},
      {"traits and the first event stay",
       "    who: { all: [{ trait: { plan: pro } }, { known_for: 11d }] }\n",
       "      - { at: 0m, profile: ann, event: $identify, traits: { plan: pro "
       "} }\n",
       "      - { at: 10d23h59m59s, tested: [] }\n"
       "      - { at: 11d, tested: [ann] }\n"},
      {"what comes too late counts for its traits alone",
       "    who: { any: [{ trait: { plan: pro } }, { did: carted }] }\n",
       "      - { at: 0m, received: 10d, profile: ann, event: add_to_cart }\n"
       "      - { at: 0m, received: 11d, profile: ann, event: $identify, "
       "traits: { plan: pro } }\n",
       "      - { at: 10d, tested: [] }\n"
       "      - { at: 11d, tested: [ann] }\n"},
  };
  for (const RetentionCase& one : cases) {
    EXPECT_EQ(RunTests(one), "") << one.name;
  }
}

TEST(Retention, OnceCountsAgainWhenTheFirstIsGone) {
  const std::string rules = R"yaml(version: 1
conversions:
  ordered: { kind: macro, event: purchase, once_per: transaction_id }
audiences:
  twice: { who: { did: ordered, times: 2 } }
  once: { who: { did: ordered } }
)yaml";
  const std::string test = R"yaml(rules: [shop.yaml]
tests:
  - name: the copy stands in
    start: 2026-03-01T00:00:00Z
    events:
      - { at: 0m, profile: ann, event: purchase, transaction_id: T1 }
      - { at: 1d, profile: ann, event: purchase, transaction_id: T1 }
    expect:
      - { at: 9d23h59m59s, once: [ann], twice: [] }
      - { at: 10d, once: [ann], twice: [] }
      - { at: 10d23h59m59s, once: [ann] }
      - { at: 11d, once: [] }
)yaml";
  const ScenarioOutcome outcome = RunScenarioFiles(
      {{"shop.test.yaml", test}}, {{"shop.yaml", rules}}, kRetention);
  EXPECT_TRUE(outcome.passed());
  EXPECT_EQ(outcome.tests.size(), 1u);
}

// How far back rows are needed: with what audiences see of each other.
TEST(Retention, HistoriesReachAsFarBackAsAudiencesLook) {
  Loaded loaded = Load(ShopWith(
      "  base: { who: { did: carted, in_last: 1d }, stay: 3d }\n"
      "  upon: { who: { in_audience: base }, stay: 1d, rejoin_after: 2d }\n"
      "  other: { who: { did: carted, in_last: 1d }, stay: 5d }\n"));
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  EXPECT_EQ(
      CompiledRulebook::Compile(loaded.rulebook, kRetention)->history_span(),
      kRetention + absl::Hours(24 * 6));
  EXPECT_EQ(CompiledRulebook::Compile(loaded.rulebook)->history_span(),
            absl::InfiniteDuration());
}

}  // namespace
}  // namespace audienced
