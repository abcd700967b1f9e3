// Signals that are wanted from an instant on, and what of the history they have
// to look at. The oracle (tests/oracle/resumptions.h) asks the same of random
// rulebooks.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr char kAnn[] = "profile:ann";

Instant AtHour(int64_t hour) {
  return ToInstant(absl::FromUnixSeconds(hour * 3600));
}

Event ItemEvent(const std::string& name, int64_t hour,
                const std::string& item) {
  Event event;
  event.occurred_at = event.received_at = absl::FromUnixSeconds(hour * 3600);
  event.origin = "test";
  event.event_id = absl::StrCat(hour, name, item);
  event.name = name;
  event.items.emplace_back().Set("item_id", Value(item));
  return event;
}

// Asks for the one audience of who is meant by `who` at every hour from `since`
// on, of all time and from then on.
void ExpectRecentAsWhole(const std::string& who,
                         const std::vector<Event>& events, int64_t since) {
  Loaded loaded = Load(ShopWith("  a:\n    who: " + who + "\n"));
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(std::move(loaded.rulebook)));
  History history = projection.NewHistory();
  for (const Event& event : events) {
    history.Insert(projection.Project(event));
  }
  Evaluation whole(projection, history, kAnn);
  Evaluation recent(projection);
  recent.TurnTo(history, kAnn, AtHour(since));
  for (int64_t hour = since; hour <= 100; ++hour) {
    const Standing wanted = whole.At(0, AtHour(hour));
    const Standing found = recent.At(0, AtHour(hour));
    EXPECT_EQ(found.holds, wanted.holds) << "hour " << hour;
    EXPECT_EQ(found.next_flip, wanted.next_flip) << "hour " << hour;
  }
}

TEST(RecentSignalTest, ALaterChoiceMayBeginBeforeOneThatHolds) {
  ExpectRecentAsWhole(
      "{ sequence: [ { did: viewed }, { did: carted } ], same: item_id, "
      "in_last: 40h }",
      {ItemEvent("view_item", 1, "x"), ItemEvent("view_item", 5, "w"),
       ItemEvent("add_to_cart", 6, "w"), ItemEvent("search", 7, "w"),
       ItemEvent("add_to_cart", 9, "x")},
      7);
}

TEST(RecentSignalTest, EventsOfOneInstantStayTogether) {
  ExpectRecentAsWhole(
      "{ sequence: [ { did: viewed }, { did_not: carted, within: 2h } ], "
      "in_last: 40h }",
      {ItemEvent("add_to_cart", 5, "x"), ItemEvent("view_item", 5, "x"),
       ItemEvent("purchase", 9, "x")},
      7);
}

TEST(RecentSignalTest, ACountStopsWhereEnoughHaveCome) {
  const std::vector<Event> events = {
      ItemEvent("view_item", 1, "x"), ItemEvent("view_item", 3, "x"),
      ItemEvent("view_item", 5, "x"), ItemEvent("view_item", 9, "x")};
  for (const int64_t since : {2, 4, 6, 10}) {
    for (const char* times : {"2", "{ at_most: 2 }", "{ exactly: 3 }"}) {
      SCOPED_TRACE(absl::StrCat(times, " from ", since));
      ExpectRecentAsWhole(
          absl::StrCat("{ did: viewed, times: ", times, ", in_last: 20h }"),
          events, since);
    }
  }
}

TEST(RecentSignalTest, WhatHasNotComeYetDecidesNothing) {
  ExpectRecentAsWhole(
      "{ did: viewed, ago: { at_least: 6h, below: 30h } }",
      {ItemEvent("view_item", 1, "x"), ItemEvent("view_item", 3, "x"),
       ItemEvent("view_item", 5, "x"), ItemEvent("view_item", 9, "x")},
      8);
}

}  // namespace
}  // namespace audienced
