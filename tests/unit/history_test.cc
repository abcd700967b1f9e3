#include "rules/history/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace audienced {
namespace {

ProjectedEvent At(int64_t time, const char* id, Cells items = {}) {
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

// What a history tells, event by event.
std::string TextOf(const History& history) {
  std::string text;
  for (size_t i = 0; i < history.size(); ++i) {
    text += history.event_id(i) + "@" + std::to_string(history.time(i).micros) +
            ":" + std::to_string(history.cell(i, 0));
    for (size_t item = history.item_begin(i); item < history.item_end(i);
         ++item) {
      text += "," + std::to_string(history.item_cell(item, 0));
    }
    text += " ";
  }
  for (const TraitChange& trait : history.traits()) text += trait.name + " ";
  for (const ConsentChange& consent : history.consents()) {
    text += consent.granted ? "yes " : "no ";
  }
  return text;
}

// Of every kind of history there is: open, packed, in chunks, one that forgot.
TEST(HistoryTest, BegunAnewItIsThatOfTheNewEventsAlone) {
  History packed(1, 1);
  History open(1, 1);
  for (int i = 0; i < 600; ++i) {
    ProjectedEvent event = At(i, std::to_string(i).c_str(), {i, i + 1});
    event.traits = {{event.time, "plan", Value("pro")}};
    event.consents = {{event.time, 0, true}};
    packed.Insert(event);
    open.Insert(event);
  }
  packed.Pack();
  History forgot(packed);
  forgot.ForgetBefore({500});
  History fresh(1, 1);
  for (History* history : {&packed, &open, &forgot, &fresh}) {
    for (const int count : {3, 0, 2}) {
      History wanted(1, 1);
      OpenEvents& events = history->Restart();
      for (int i = 0; i < count; ++i) {
        const ProjectedEvent event = At(7 + i, "a", Cells(i, 70));
        events.Add(event);
        wanted.Insert(event);
      }
      EXPECT_EQ(TextOf(*history), TextOf(wanted)) << count;
      EXPECT_EQ(history->size(), wanted.size());
      EXPECT_EQ(history->item_count(), wanted.item_count());
      EXPECT_EQ(history->first_time(), wanted.first_time());
      EXPECT_EQ(history->last_time(), wanted.last_time());
      EXPECT_EQ(history->whole_since(), Instant::Never());
    }
  }
}

TEST(HistoryTest, AUnionIsAsIfAllHadComeToOne) {
  std::mt19937 random(20261125);
  for (int round = 0; round < 200; ++round) {
    History left(1, 1);
    History right(1, 1);
    History all(1, 1);
    const int count = static_cast<int>(random() % 12);
    for (int i = 0; i < count; ++i) {
      const std::string id = std::to_string(random() % 3) + std::to_string(i);
      ProjectedEvent event = At(random() % 4, id.c_str());
      event.item_cells.assign(random() % 3, i);
      if (random() % 2 == 0) event.traits = {{event.time, id, Value(true)}};
      if (random() % 2 == 0) {
        event.consents = {{event.time, 0, random() % 2 == 0}};
      }
      (random() % 2 == 0 ? left : right).Insert(event);
      all.Insert(event);
    }
    EXPECT_FALSE(History::Intersect(left, right));
    EXPECT_EQ(TextOf(History::Union(left, right)), TextOf(all)) << round;
    if (left.empty()) continue;
    EXPECT_TRUE(History::Intersect(left, all));
    EXPECT_TRUE(History::Intersect(all, left));
  }
}

}  // namespace
}  // namespace audienced
