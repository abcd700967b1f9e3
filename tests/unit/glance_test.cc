// What random rulebooks do not come to: the oracle (tests/oracle) tests the
// rest.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/compile/screen.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

Event Did(const std::string& name, int64_t second) {
  Event event;
  event.occurred_at = event.received_at = absl::FromUnixSeconds(second);
  event.origin = "test";
  event.event_id = absl::StrCat(second);
  event.name = name;
  return event;
}

// Holds what `glances` sees of a history at `t` against its timelines. Returns
// the audiences that hold.
std::vector<size_t> ExpectSeenAsTold(Evaluation& glances,
                                     const History& history, Instant t) {
  const Projection& projection = glances.projection();
  const size_t audiences = projection.rulebook().audience_count();
  Evaluation timelines(projection, history, "profile:ann");
  std::vector<size_t> holding;
  for (size_t a = 0; a < audiences; ++a) {
    if (timelines.At(a, t).holds) holding.push_back(a);
  }
  glances.TurnTo(history, "profile:ann");
  std::vector<size_t> seen;
  glances.ForEachThatHolds(t, [&](size_t a) { seen.push_back(a); });
  EXPECT_EQ(seen, holding);

  std::vector<bool> is_told(audiences);
  glances.ForEachStanding(
      t, {}, [&](size_t a, const Standing&) { is_told[a] = true; });
  for (size_t a = 0; a < audiences; ++a) {
    const Standing standing = timelines.At(a, t);
    if (is_told[a]) continue;
    EXPECT_FALSE(standing.holds) << a;
    EXPECT_EQ(standing.next_flip, Instant::Forever()) << a;
  }
  return holding;
}

// Draws numbers, the same for the same seed.
class Random {
 public:
  explicit Random(uint32_t seed) : random_(seed) {}
  uint32_t Below(uint32_t limit) {
    return static_cast<uint32_t>(random_() % limit);
  }

 private:
  std::mt19937 random_;
};

// Of 800 histories, with an event each second, how often each audience holds.
// `names` draws those of the events of a history, which are so many.
std::vector<size_t> TimesHeld(
    Projection& projection,
    const std::function<std::vector<std::string>(Random&, uint32_t)>& names) {
  Evaluation glances(projection);
  std::vector<size_t> times_held(projection.rulebook().audience_count());
  for (uint32_t seed = 1; seed <= 800; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Random random(seed);
    History history = projection.NewHistory();
    int64_t second = 0;
    for (const std::string& name : names(random, 1 + random.Below(200))) {
      history.Insert(projection.Project(Did(name, ++second)));
    }
    if (random.Below(2) == 0) history.Pack();
    const Instant t{1'000'000 * (second + random.Below(100))};
    for (const size_t a : ExpectSeenAsTold(glances, history, t)) {
      ++times_held[a];
    }
  }
  return times_held;
}

// More classes than there are marks, so that several have one.
TEST(GlanceTest, AClassIsNotTakenForAnotherOfItsMark) {
  constexpr int kCount = 3 * kClassMarkCount;
  std::string rules = "version: 1\nconversions:\n";
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&rules, "  c", i, ": { kind: macro, event: e", i, " }\n");
  }
  rules += "audiences:\n";
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&rules, "  a", i, ": { who: { did: c", i, " } }\n");
  }
  const Loaded loaded = Load(rules);
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(loaded.rulebook));
  // So that classes have the numbers of their events.
  for (int i = 0; i < kCount; ++i) {
    projection.Project(Did(absl::StrCat("e", i), 1));
  }
  Evaluation evaluation(projection);
  for (int newest = 0; newest < kCount; ++newest) {
    const int oldest = (newest + kClassMarkCount) % kCount;
    History history = projection.NewHistory();
    history.Insert(projection.Project(Did(absl::StrCat("e", oldest), 10)));
    history.Insert(projection.Project(Did(absl::StrCat("e", newest), 20)));
    evaluation.TurnTo(history, "profile:ann");
    std::vector<size_t> holding;
    evaluation.ForEachThatHolds({30'000'000},
                                [&](size_t a) { holding.push_back(a); });
    EXPECT_EQ(holding, (std::vector<size_t>{
                           static_cast<size_t>(std::min(newest, oldest)),
                           static_cast<size_t>(std::max(newest, oldest))}));
  }
}

// Rules that ask for one, for several and for very many events of one kind,
// near and far back, and for steps behind which many events came.
constexpr char kFarBack[] = R"yaml(version: 1
conversions:
  often: { kind: macro, event: often }
  seldom: { kind: macro, event: seldom }
  rare: { kind: macro, event: rare }
audiences:
  often-lately: { who: { did: often, in_last: 30s } }
  often-20: { who: { did: often, times: 20, in_last: 60s } }
  often-35: { who: { did: often, times: 35 } }
  often-exactly: { who: { did: often, times: { exactly: 20 }, in_last: 40s } }
  seldom-3: { who: { did: seldom, times: 3, in_last: 90s } }
  seldom-3-ever: { who: { did: seldom, times: 3 } }
  seldom-not-rare:
    who:
      all:
        - { did: seldom, in_last: 60s }
        - { did_not: rare, in_last: 120s }
  rare: { who: { did: rare } }
  rare-then-often:
    who: { sequence: [{ did: rare }, { did: often }], in_last: 10s }
  rare-then-seldom:
    who:
      sequence: [{ did: rare }, { did: seldom, within: 50s }]
      in_last: 100s
      anchor: any
)yaml";

// Long enough for several portions (EventPortion).
TEST(GlanceTest, LongHistoriesAreReadAsFarBackAsTheRulesAsk) {
  const Loaded loaded = Load(kFarBack);
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(loaded.rulebook));
  const std::vector<size_t> times_held =
      TimesHeld(projection, [](Random& random, uint32_t count) {
        const uint32_t rarity = 2 + random.Below(40);
        std::vector<std::string> names(count);
        for (std::string& name : names) {
          name = random.Below(rarity) != 0   ? "often"
                 : random.Below(rarity) < 10 ? "seldom"
                                             : "rare";
        }
        return names;
      });
  for (size_t a = 0; a < times_held.size(); ++a) {
    EXPECT_GT(times_held[a], 5) << projection.rulebook().audience(a).name;
    EXPECT_LT(times_held[a], 795) << projection.rulebook().audience(a).name;
  }
}

// More filters than there are marks: what one of them has enough of, or is too
// old for, another one that has its mark is not told of.
TEST(GlanceTest, AFilterIsNotTakenForAnotherOfItsMark) {
  constexpr int kCount = 3 * Screen::kFilterMarkCount / 2;
  std::string rules = "version: 1\naudiences:\n";
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&rules, "  a", i, ": { who: { did: { event: e", i,
                    " }, times: ", 1 + i % 3, ", in_last: ", 30 + 7 * (i % 20),
                    "s } }\n");
  }
  const Loaded loaded = Load(rules);
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(loaded.rulebook));
  const std::vector<size_t> times_held =
      TimesHeld(projection, [](Random& random, uint32_t count) {
        // Of a few filters, two of which have one mark.
        std::array<uint32_t, 5> filters;
        for (uint32_t& filter : filters) filter = random.Below(kCount);
        filters.back() = (filters.front() + Screen::kFilterMarkCount) % kCount;
        std::vector<std::string> names(count);
        for (std::string& name : names) {
          name = absl::StrCat("e", filters[random.Below(5)]);
        }
        return names;
      });
  for (size_t a = 0; a < times_held.size(); ++a) {
    EXPECT_GT(times_held[a], 0) << a;
  }
}

// Read from the newest on, a cart of the same second comes before the view: it
// closes nothing, as it may be what was done first.
TEST(GlanceTest, AnEventBesideTheLastStepMayBeAStep) {
  const Loaded loaded = Load(R"(version: 1
conversions:
  viewed: { kind: micro, event: view_item }
  carted: { kind: micro, event: add_to_cart }
  anything: { kind: micro, event: "*" }
audiences:
  third: { who: { did_not: viewed } }
  first:
    who: { sequence: [{ did: anything }, { did: viewed }, { did_not: carted }] }
)");
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(loaded.rulebook));
  History history = projection.NewHistory();
  Event view = Did("view_item", 1'000);
  view.event_id = "1";
  Event cart = Did("add_to_cart", 1'000);
  cart.event_id = "2";
  for (const Event& event : {view, cart}) {
    history.Insert(projection.Project(event));
  }
  Evaluation glances(projection);
  EXPECT_EQ(ExpectSeenAsTold(glances, history, Instant{1'000'000'000}),
            std::vector<size_t>{1});
}

}  // namespace
}  // namespace audienced
