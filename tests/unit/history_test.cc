#include "rules/history/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace audienced {
namespace {

ProjectedEvent At(int64_t time, const char* id, std::vector<Cell> items = {}) {
  ProjectedEvent event;
  event.time = {time};
  event.event_id = id;
  event.digest = std::hash<std::string>()(id);
  event.cells = {time * 10};
  event.item_cells = std::move(items);
  return event;
}

TEST(HistoryTest, KeepsTheOrderOfTimeThenEventId) {
  std::vector<ProjectedEvent> events = {At(3, "b", {31, 32}), At(1, "z"),
                                        At(3, "a", {30}), At(2, "c", {20, 21})};
  std::sort(events.begin(), events.end(),
            [](const auto& left, const auto& right) {
              return left.event_id < right.event_id;
            });
  do {
    History history(1, 1);
    for (const ProjectedEvent& event : events) history.Insert(event);
    ASSERT_EQ(history.size(), 4u);
    EXPECT_EQ(history.event_id(0), "z");
    EXPECT_EQ(history.event_id(1), "c");
    EXPECT_EQ(history.event_id(2), "a");
    EXPECT_EQ(history.event_id(3), "b");
    EXPECT_EQ(history.cell(1, 0), 20);
    EXPECT_EQ(history.item_begin(0), history.item_end(0));
    EXPECT_EQ(history.item_cell(history.item_begin(1), 0), 20);
    EXPECT_EQ(history.item_cell(history.item_begin(2), 0), 30);
    EXPECT_EQ(history.item_end(3) - history.item_begin(3), 2u);
    EXPECT_EQ(history.item_cell(history.item_end(3) - 1, 0), 32);
  } while (std::next_permutation(events.begin(), events.end(),
                                 [](const auto& left, const auto& right) {
                                   return left.event_id < right.event_id;
                                 }));
}

TEST(HistoryTest, KnowsItsDigests) {
  History history(1, 1);
  history.Insert(At(1, "a"));
  EXPECT_TRUE(history.Contains(std::hash<std::string>()("a")));
  EXPECT_FALSE(history.Contains(std::hash<std::string>()("b")));
}

TEST(HistoryTest, OfConsentsAtOneInstantDeniedIsTheLater) {
  for (const bool denied_first : {true, false}) {
    History history(1, 1);
    ProjectedEvent first = At(5, "a");
    first.consents = {{{5}, 0, !denied_first}};
    ProjectedEvent second = At(5, "b");
    second.consents = {{{5}, 0, denied_first}};
    history.Insert(first);
    history.Insert(second);
    ASSERT_EQ(history.consents().size(), 2u);
    EXPECT_FALSE(history.consents().back().granted);
  }
}

TEST(HistoryTest, ForgetsEventsButNotWhatOutlivesThem) {
  History history(1, 1);
  for (ProjectedEvent event :
       {At(1, "a", {10}), At(2, "b", {20, 21}), At(3, "c", {30})}) {
    event.traits = {{event.time, "plan", Value(event.event_id)}};
    event.consents = {{event.time, 0, true}};
    history.Insert(std::move(event));
  }
  history.ForgetBefore({3});
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history.event_id(0), "c");
  EXPECT_EQ(history.cell(0, 0), 30);
  ASSERT_EQ(history.item_count(), 1u);
  EXPECT_EQ(history.item_cell(history.item_begin(0), 0), 30);
  EXPECT_EQ(history.item_end(0), 1u);
  EXPECT_EQ(history.traits().size(), 3u);
  EXPECT_EQ(history.consents().size(), 3u);
  EXPECT_EQ(history.first_time(), Instant{1});
  EXPECT_EQ(history.whole_since(), Instant{3});
  EXPECT_FALSE(history.Contains(std::hash<std::string>()("b")));

  history.ForgetBefore({4});
  EXPECT_TRUE(history.empty());
  EXPECT_EQ(history.first_time(), Instant{1});
  ProjectedEvent remnant = At(2, "b");
  remnant.traits = {{{2}, "tier", Value("gold")}};
  history.InsertRemnant(std::move(remnant));
  EXPECT_TRUE(history.empty());
  ASSERT_EQ(history.traits().size(), 4u);
  EXPECT_EQ(history.traits()[2].name, "tier") << "in order of time and id";
}

}  // namespace
}  // namespace audienced
