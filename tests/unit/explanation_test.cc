// What an explanation says of conditions: which events make them hold, and
// which events would change them.

#include "rules/engine/explain/explanation.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/history/event.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

using Sentences = std::vector<std::string>;

const absl::Time kStart = absl::FromUnixSeconds(1772323200);

// One event `minutes` after kStart with the items `items`.
struct Done {
  int minutes;
  std::string event;
  std::vector<std::string> items;
  std::vector<std::pair<std::string, bool>> consents;
  Properties traits;
};

class Profile {
 public:
  Profile(const std::string& rules, const std::vector<Done>& events)
      : loaded_(Load(rules)),
        projection_(CompiledRulebook::Compile(loaded_.rulebook)),
        history_(projection_.NewHistory()) {
    EXPECT_FALSE(loaded_.diagnostics.has_errors()) << loaded_.text();
    for (size_t i = 0; i < events.size(); ++i) Insert(events[i], i);
  }

  Explanation At(int minutes, const std::string& audience = "tested") {
    Evaluation evaluation(projection_, history_, "key");
    return Explain(projection_, evaluation,
                   projection_.rulebook().FindAudience(audience),
                   ToInstant(kStart + absl::Minutes(minutes)));
  }

 private:
  void Insert(const Done& done, size_t number) {
    Event event;
    event.occurred_at = kStart + absl::Minutes(done.minutes);
    event.received_at = event.occurred_at;
    event.origin = "test";
    event.event_id = std::to_string(number);
    event.name = done.event;
    event.consents = done.consents;
    event.traits = done.traits;
    for (const std::string& id : done.items) {
      Properties item;
      item.Set("item_id", Value(id));
      event.items.push_back(std::move(item));
    }
    history_.Insert(projection_.Project(event));
  }

  Loaded loaded_;
  Projection projection_;
  History history_;
};

Properties Plan(const std::string& plan) {
  Properties traits;
  traits.Set("plan", Value(plan));
  return traits;
}

struct LeafCase {
  const char* who;
  std::vector<Done> events;
  int at;  // minutes
  bool holds;
  Sentences changed_by;
};

const Done kView = {0, "view_item", {"x"}, {}, {}};
const Done kCart = {0, "add_to_cart", {"x"}, {}, {}};
const Done kBuy = {10, "purchase", {"x"}, {}, {}};

class LeafTest : public testing::TestWithParam<LeafCase> {};

TEST_P(LeafTest, SaysWhichEventsWouldChangeIt) {
  const LeafCase& leaf = GetParam();
  Profile profile(ShopWithWho(leaf.who), leaf.events);
  const Explanation explanation = profile.At(leaf.at);
  ASSERT_FALSE(explanation.conditions.empty());
  EXPECT_EQ(explanation.conditions[0].holds, leaf.holds);
  EXPECT_EQ(explanation.conditions[0].changed_by, leaf.changed_by);
}

INSTANTIATE_TEST_SUITE_P(
    Conditions, LeafTest,
    testing::Values(
        LeafCase{"{ did: carted }",
                 {kView},
                 5,
                 false,
                 {"an event of 'carted' would begin it"}},
        LeafCase{"{ did: carted }", {kCart}, 5, true, {}},
        LeafCase{"{ did: carted, in_last: 1h }",
                 {kCart},
                 5,
                 true,
                 {"an event of 'carted' would keep it holding 5m longer"}},
        LeafCase{"{ did_not: carted }",
                 {kView},
                 5,
                 true,
                 {"an event of 'carted' would end it"}},
        LeafCase{"{ did: [viewed, carted], times: 3 }",
                 {kView},
                 5,
                 false,
                 {"2 events of 'viewed' would begin it",
                  "2 events of 'carted' would begin it"}},
        LeafCase{"{ did: viewed, times: 2, same: item_id }",
                 {kView},
                 5,
                 false,
                 {"an event of 'viewed' for x would begin it"}},
        LeafCase{"{ did: purchased, sum: { of: value, above: 500 } }",
                 {kView},
                 5,
                 false,
                 {"an event of 'purchased' with value 501 would begin it"}},
        LeafCase{"{ did: purchased, where: { country: ES } }",
                 {kView},
                 5,
                 false,
                 {"an event of 'purchased' where country is 'ES' would begin "
                  "it"}},
        LeafCase{"{ did: { event: read, where: { title: { matches: \"a+\" } } "
                 "} }",
                 {kView},
                 5,
                 false,
                 {"an event of (event read where title matches 'a+') would "
                  "begin it"}},
        LeafCase{"{ sequence: [{ did: viewed }, { did: carted }], same: "
                 "item_id }",
                 {kView},
                 5,
                 false,
                 {"an event of 'carted' for x would begin it"}},
        LeafCase{"{ sequence: [{ did: viewed }, { did: carted }] }",
                 {kBuy},
                 15,
                 false,
                 {"events of 'viewed', then of 'carted' would begin it"}},
        LeafCase{"{ sequence: [{ did: carted }, { did_not: purchased, for: 1h "
                 "}], same: item_id }",
                 {kCart},
                 30,
                 false,
                 {"an event of 'carted' for x would keep it from holding 30m "
                  "longer",
                  "an event of 'purchased' for x would keep it from holding"}},
        LeafCase{"{ sequence: [{ did: carted }, { did_not: purchased, for: 1h "
                 "}], same: item_id }",
                 {kCart},
                 90,
                 true,
                 {"an event of 'purchased' for x would end it",
                  "an event of 'carted' for x would end it for 1h"}},
        LeafCase{"{ sequence: [{ did: carted }, { did_not: purchased, for: 1h "
                 "}], same: item_id }",
                 {kCart, kBuy},
                 90,
                 false,
                 {"an event of 'carted' for a new item_id would begin it after "
                  "1h"}},
        LeafCase{"{ trait: { plan: pro } }",
                 {kView},
                 5,
                 false,
                 {"an event with the trait plan is 'pro' would begin it"}},
        LeafCase{"{ trait: { plan: pro } }",
                 {{0, "$identify", {}, {}, Plan("pro")}},
                 5,
                 true,
                 {"an event that changes the trait 'plan' would end it"}},
        LeafCase{"{ consented: email }",
                 {kView},
                 5,
                 false,
                 {"granting consent for 'email' would begin it"}},
        LeafCase{"{ consented: email }",
                 {{0, "$identify", {}, {{"email", true}}, {}}},
                 5,
                 true,
                 {"denying consent for 'email' would end it"}},
        LeafCase{"{ on_rung: { ladder: shop, rung: carted } }",
                 {kView},
                 5,
                 false,
                 {"an event of 'carted' would begin it"}},
        LeafCase{"{ on_rung: { ladder: shop, rung: viewed } }",
                 {kView},
                 5,
                 true,
                 {"an event of 'carted' would end it"}},
        LeafCase{"{ score: { of: heat, at_least: 8 } }",
                 {kView},
                 0,
                 false,
                 {"7 events of 'viewed' would begin it",
                  "2 events of 'carted' would begin it"}},
        LeafCase{"{ known_for: 30d }", {kView}, 5, false, {}},
        LeafCase{"{ sample: 100% }", {kView}, 5, true, {}}));

TEST(ExplanationTest, TheAudienceAsAWhole) {
  const std::string rules = ShopWith(R"yaml(
  owners: { who: { did: purchased } }
  tested:
    who:
      all:
        - { did: viewed, in_last: 2h }
        - { not_in_audience: owners }
    stay: 1h
    except: { did: carted }
    consent: [email]
)yaml");
  Profile profile(rules, {{0, "$identify", {}, {{"email", true}}, {}}, kView});
  const Explanation in = profile.At(30);
  EXPECT_TRUE(in.holds);
  EXPECT_EQ(in.changed_by,
            (Sentences{"an event of 'viewed' would keep the profile in 30m "
                       "longer",
                       "an event of 'purchased' would take the profile out "
                       "after 1h",
                       "an event of 'carted' would take the profile out",
                       "denying consent for 'email' would take the profile "
                       "out"}));
  std::vector<std::string> words;
  for (const ExplainedCondition& one : in.conditions) words.push_back(one.word);
  EXPECT_EQ(words, (Sentences{"all", "stay", "except", "consent"}));
  ASSERT_EQ(in.conditions[0].parts.size(), 2u);
  EXPECT_EQ(in.conditions[0].parts[1].changed_by,
            (Sentences{"an event of 'purchased' would end it"}));
  EXPECT_EQ(in.conditions[0].parts[0].path, "who.all[0]");
  ASSERT_EQ(in.conditions[0].parts[0].evidence.size(), 1u);
  EXPECT_EQ(in.conditions[0].parts[0].evidence[0].item_ids,
            std::vector<std::string>{"x"});

  // Carted: nothing brings it in again.
  Profile carted(rules,
                 {{0, "$identify", {}, {{"email", true}}, {}}, kView, kCart});
  const Explanation out = carted.At(30);
  EXPECT_FALSE(out.holds);
  EXPECT_TRUE(out.changed_by.empty());
}

TEST(ExplanationTest, AGroupIsTakenByTheSignalBeforeTheGroup) {
  Profile profile(ShopWith(R"yaml(
  first: { who: { did: viewed }, group: g, priority: 1 }
  second: { who: { did: viewed }, group: g, priority: 2 }
  tested: { who: { did: viewed }, group: g, priority: 3 }
)yaml"),
                  {kView});
  const Explanation explanation = profile.At(5);
  EXPECT_FALSE(explanation.holds);
  ASSERT_EQ(explanation.conditions.size(), 3u);
  EXPECT_FALSE(explanation.conditions[1].holds);
  EXPECT_FALSE(explanation.conditions[2].holds);
}

TEST(ExplanationTest, TrialsAreBoundedAndLeaveTheProfileAlone) {
  std::vector<Done> events;
  for (int i = 0; i < 300; ++i) {
    events.push_back({i, "add_to_cart", {"item-" + std::to_string(i)}, {}, {}});
  }
  Profile profile(ShopWithWho("{ sequence: [{ did: carted }, { did_not: "
                              "purchased, for: 1h }], same: item_id }"),
                  events);
  const Explanation explanation = profile.At(400);
  EXPECT_TRUE(explanation.holds);
  EXPECT_EQ(explanation.conditions[0].evidence.size(), kExplainedLimit);
  EXPECT_EQ(explanation.conditions[0].evidence_count, 300u);
  EXPECT_EQ(
      explanation.conditions[0].changed_by,
      (Sentences{"an event of 'purchased' without item_id would end it"}));
  EXPECT_EQ(profile.At(400).conditions[0].evidence_count, 300u);
}

}  // namespace
}  // namespace audienced
