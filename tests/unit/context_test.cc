// What an audience publishes with each member.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

using nlohmann::json;

constexpr absl::Time kFirstTold = absl::FromUnixSeconds(3600);

Event ViewThatTells(int number, Properties traits) {
  Event event;
  event.occurred_at = event.received_at = kFirstTold + absl::Seconds(number);
  event.origin = "test";
  event.event_id = absl::StrCat(number);
  event.name = "view_item";
  event.traits = std::move(traits);
  return event;
}

Properties Traits(const std::string& name, Value value) {
  Properties traits;
  traits.Set(name, std::move(value));
  return traits;
}

// What `context` publishes of who viewed an item, after these events.
json ContextAfter(const std::string& context,
                  const std::vector<Event>& events) {
  Loaded loaded =
      Load(ShopWith("  a:\n    who: { did: viewed, in_last: 1d }\n"
                    "    context: [" +
                    context + "]\n"));
  EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(std::move(loaded.rulebook)));
  History history = projection.NewHistory();
  for (const Event& event : events) history.Insert(projection.Project(event));
  Evaluation evaluation(projection, history, "profile:ann");
  return json::parse(
      evaluation.ContextAt(0, ToInstant(kFirstTold + absl::Hours(1))));
}

// Where events told these traits.
json ContextAfter(const std::vector<Properties>& told) {
  std::vector<Event> events;
  for (size_t i = 0; i < told.size(); ++i) {
    events.push_back(ViewThatTells(static_cast<int>(i), told[i]));
  }
  return ContextAfter("plan, size", events);
}

TEST(ContextTest, ATraitHasTheValueThatItWasTold) {
  EXPECT_EQ(json::parse(R"([{"name":"plan","value":"pro"}])"),
            ContextAfter({Traits("plan", Value("pro"))}).at("traits"));
  EXPECT_EQ(
      json::parse(R"([{"name":"size","value":1.5}])"),
      ContextAfter({Traits("size", Value(Decimal{1'500'000}))}).at("traits"));
  EXPECT_EQ(
      json::parse(R"([{"name":"plan","value":{"tiers":[true,null,7]}}])"),
      ContextAfter(
          {Traits("plan", Value(Traits("tiers",
                                       Value(Value::List{
                                           Value(true), Value(),
                                           Value(Decimal::FromInteger(7))}))))})
          .at("traits"));
}

TEST(ContextTest, ATraitThatAProfileLacksIsLeftOut) {
  EXPECT_FALSE(ContextAfter({Properties()}).contains("traits"));
  EXPECT_EQ(json::parse(R"([{"name":"size","value":true}])"),
            ContextAfter({Traits("plan", Value("pro")),
                          Traits("size", Value(true)), Traits("plan", Value())})
                .at("traits"));
}

TEST(ContextTest, OfManyItemsTheLastAreTold) {
  std::vector<Event> events;
  for (int i = 0; i < 130; ++i) {
    Event& event = events.emplace_back(ViewThatTells(i, Properties()));
    event.items.emplace_back().Set("item_id", Value(absl::StrCat("sku", i)));
    event.items.back().Set("price", Value(Decimal::FromInteger(2)));
  }
  const json context = ContextAfter("items, value", events);
  ASSERT_EQ(100u, context.at("items").size());
  EXPECT_EQ("sku30", context.at("items").front().at("item_id"));
  EXPECT_EQ("sku129", context.at("items").back().at("item_id"));
  EXPECT_EQ("260", context.at("value")[0].at("amount"));
}

}  // namespace
}  // namespace audienced
