// The packed form of a history against a plain list of the same events.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "rules/history/history.h"

namespace audienced {
namespace {

constexpr size_t kEventColumns = 3;
constexpr size_t kItemColumns = 4;

// Makes events of many shapes: what a column holds depends on the kind of data
// that a history is about, so that every way to pack it comes up.
class EventSource {
 public:
  explicit EventSource(uint32_t seed) : random_(seed) {
    kind_ = static_cast<int>(random_() % 4);
    spread_ = int64_t{1} << (random_() % 44);
    step_ = kSteps[random_() % std::size(kSteps)];
    items_ = static_cast<int>(random_() % 3);
    comes_in_order_ = random_() % 2 == 0;
  }

  size_t Below(size_t end) { return random_() % end; }

  ProjectedEvent Next() {
    ProjectedEvent event;
    // Some come in order, as most do in life.
    const int64_t offset =
        comes_in_order_ && Below(9) > 0
            ? spread_ + number_ * step_
            : static_cast<int64_t>(Random64() >> 1) % spread_;
    event.time = {kBegin + offset / step_ * step_};
    event.digest = Random64();
    event.event_id =
        std::to_string(Below(1'000'000)) + "-" + std::to_string(number_++);
    event.class_id = static_cast<uint32_t>(Below(kind_ == 3 ? 1 : 40));
    for (size_t i = 0; i < kEventColumns; ++i) event.cells.push_back(AnyCell());
    const size_t items = items_ == 2 ? Below(4) : static_cast<size_t>(items_);
    for (size_t i = 0; i < items; ++i) {
      const auto id = static_cast<Cell>(100'000 + Below(50));
      event.item_cells.push_back(Below(9) == 0 && kind_ == 2 ? kAbsent : id);
      event.item_cells.push_back(Below(9) == 0 ? kAbsent : id + 1);
      event.item_cells.push_back(AnyCell());
      event.item_cells.push_back(1'000'000);
    }
    return event;
  }

 private:
  static constexpr int64_t kBegin = 1'790'000'000'000'000;
  static constexpr int64_t kSteps[] = {1, 1'000, 1'000'000};

  uint64_t Random64() { return uint64_t{random_()} << 32 | random_(); }

  Cell AnyCell() {
    constexpr int64_t kBound = 1'000'000'000'000'000'000;
    switch (kind_) {
      case 0:
        return kAbsent;
      case 1:  // amounts in cents
        return static_cast<Cell>(Below(100'000)) * 10'000;
      case 2:  // anything
        return Below(4) == 0
                   ? kAbsent
                   : static_cast<Cell>(Random64() % (2 * kBound)) - kBound + 1;
      default:
        return Below(3) == 0 ? 0 : static_cast<Cell>(Below(300)) - 150;
    }
  }

  std::mt19937 random_;
  int kind_ = 0;
  int64_t spread_ = 1;
  int64_t step_ = 1;
  int items_ = 0;
  bool comes_in_order_ = false;
  int number_ = 0;
};

// The same events as a list in order.
class Model {
 public:
  void Insert(const ProjectedEvent& event) {
    const auto behind = std::upper_bound(
        events_.begin(), events_.end(), event,
        [](const ProjectedEvent& one, const ProjectedEvent& other) {
          return std::tie(one.time, one.event_id) <
                 std::tie(other.time, other.event_id);
        });
    events_.insert(behind, event);
    ids_[event.digest] = event.event_id;
  }
  void ForgetBefore(Instant time) {
    std::erase_if(events_, [&](const ProjectedEvent& event) {
      return event.time < time;
    });
  }
  const std::vector<ProjectedEvent>& events() const { return events_; }
  std::string IdOf(uint64_t digest) const { return ids_.at(digest); }

 private:
  std::vector<ProjectedEvent> events_;
  std::map<uint64_t, std::string> ids_;
};

// Inserts as the daemon does: ids that are gone are looked up.
void InsertInOrder(const ProjectedEvent& event, const Model& ids,
                   History& history) {
  if (!history.UnnamedAt(event.time).empty()) {
    history.NameAt(event.time,
                   [&](uint64_t digest) { return ids.IdOf(digest); });
  }
  history.Insert(event);
}

void ExpectSame(const History& history, const Model& model) {
  const std::vector<ProjectedEvent>& events = model.events();
  ASSERT_EQ(history.size(), events.size());
  size_t item = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    SCOPED_TRACE(testing::Message()
                 << "event " << i << " of " << events.size());
    const ProjectedEvent& event = events[i];
    ASSERT_EQ(history.time(i), event.time);
    ASSERT_EQ(history.times()[i], event.time);
    ASSERT_EQ(history.class_id(i), event.class_id);
    ASSERT_EQ(history.digest(i), event.digest);
    ASSERT_TRUE(history.Contains(event.digest));
    for (size_t column = 0; column < kEventColumns; ++column) {
      ASSERT_EQ(history.cell(i, column), event.cells[column]);
    }
    ASSERT_EQ(history.item_begin(i), item);
    for (size_t cell = 0; cell < event.item_cells.size(); ++cell) {
      ASSERT_EQ(
          history.item_cell(item + cell / kItemColumns, cell % kItemColumns),
          event.item_cells[cell]);
    }
    item += event.item_cells.size() / kItemColumns;
    ASSERT_EQ(history.item_end(i), item);
  }
  ASSERT_EQ(history.item_count(), item);
  EXPECT_EQ(history.last_time(),
            events.empty() ? Instant::Never() : events.back().time);
  // In portions, wherever the first one ends, all or those of some classes.
  const size_t middle =
      events.empty() ? 0 : events.front().digest % events.size();
  for (size_t next : {middle, events.size()}) {
    const auto wants = [every = next % 3 + 1](uint32_t class_id) {
      return class_id % every == 0;
    };
    EventPortion portion;
    while (next > 0) {
      history.ReadNewest(next, wants, portion);
      ASSERT_GE(portion.passed, 1);
      ASSERT_LE(portion.passed, std::min(next, EventPortion::kLimit));
      size_t read = 0;
      for (size_t i = 0; i < portion.passed; ++i) {
        --next;
        if (!wants(events[next].class_id)) continue;
        ASSERT_LT(read, portion.count);
        ASSERT_EQ(portion.places[read], i);
        ASSERT_EQ(portion.class_ids[read], events[next].class_id);
        ASSERT_EQ(portion.times[read], events[next].time);
        ++read;
      }
      ASSERT_EQ(read, portion.count);
      ASSERT_EQ(portion.oldest, events[next].time);
    }
  }
}

TEST(PackedHistoryTest, IsThePlainListThroughEveryChange) {
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    EventSource source(seed);
    History history(kEventColumns, kItemColumns);
    Model model;
    const size_t packs = 1 + source.Below(5);  // of five events
    const size_t steps = 1 + source.Below(seed % 10 == 0 ? 1'500 : 60);
    for (size_t step = 0; step < steps; ++step) {
      const ProjectedEvent event = source.Next();
      InsertInOrder(event, model, history);
      model.Insert(event);
      if (source.Below(5) < packs) history.Pack();
      if (source.Below(40) == 0) {
        const Instant time = source.Next().time;
        history.ForgetBefore(time);
        model.ForgetBefore(time);
      }
    }
    const History copy = history;
    ASSERT_NO_FATAL_FAILURE(ExpectSame(history, model));
    OpenEvents plain(kEventColumns, kItemColumns);
    for (const ProjectedEvent& event : model.events()) plain.Add(event);
    ASSERT_NO_FATAL_FAILURE(ExpectSame(History(plain), model));
    history.Pack();
    ASSERT_NO_FATAL_FAILURE(ExpectSame(history, model));
    history.Insert(source.Next());  // what copies share does not change
    ASSERT_NO_FATAL_FAILURE(ExpectSame(copy, model));
  }
}

TEST(PackedHistoryTest, AUnionHasTheOrderOfAllOrSaysThatItIsNotKnown) {
  int united = 0;
  for (uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    EventSource source(seed);
    History parts[] = {History(kEventColumns, kItemColumns),
                       History(kEventColumns, kItemColumns)};
    Model model;
    const size_t count = source.Below(seed % 10 == 0 ? 600 : 20);
    for (size_t i = 0; i < count; ++i) {
      const ProjectedEvent event = source.Next();
      InsertInOrder(event, model, parts[source.Below(2)]);
      model.Insert(event);
    }
    for (History& part : parts) {
      if (source.Below(2) == 0) part.Pack();
    }
    EXPECT_FALSE(History::Intersect(parts[0], parts[1]));
    if (!History::CanUnite(parts[0], parts[1])) continue;
    ++united;
    History both = History::Union(parts[0], parts[1]);
    ASSERT_NO_FATAL_FAILURE(ExpectSame(both, model));
    both.Pack();
    ASSERT_NO_FATAL_FAILURE(ExpectSame(both, model));
  }
  EXPECT_GT(united, 100);
  EXPECT_LT(united, 300);
}

TEST(PackedHistoryTest, KeepsIdsOnlyUntilItIsPacked) {
  EventSource source(1);
  History history(kEventColumns, kItemColumns);
  ProjectedEvent first = source.Next();
  ProjectedEvent second = source.Next();
  first.event_id = "b";
  second.event_id = "a";
  second.time = first.time;
  history.Insert(first);
  EXPECT_EQ(history.event_id(0), "b");
  EXPECT_TRUE(history.UnnamedAt(first.time).empty());
  history.Pack();
  EXPECT_EQ(history.event_id(0), "");
  EXPECT_EQ(history.UnnamedAt(first.time), std::vector{first.digest});
  EXPECT_TRUE(history.UnnamedAt(Plus(first.time, 1)).empty());
  EXPECT_TRUE(history.UnnamedAt(Plus(first.time, -1)).empty());

  history.NameAt(first.time, [](uint64_t) { return "b"; });
  history.Insert(second);
  EXPECT_EQ(history.event_id(0), "a");
  EXPECT_EQ(history.digest(1), first.digest);
}

// What a history of a shop takes: ten events of one item each, at any
// microsecond of ninety days, of a few names and many items.
TEST(PackedHistoryTest, TakesFewBytesAnEvent) {
  constexpr int64_t kSpan = int64_t{90} * 86'400 * 1'000'000;
  std::mt19937_64 random(20261126);
  const auto below = [&](uint64_t end) {
    return static_cast<Cell>(random() % end);
  };
  size_t bytes = 0;
  for (int round = 0; round < 100; ++round) {
    History history(2, 5);
    for (int i = 0; i < 10; ++i) {
      ProjectedEvent event;
      event.time = {1'790'000'000'000'000 + below(kSpan)};
      event.digest = random();
      event.event_id = std::to_string(i);
      event.class_id = static_cast<uint32_t>(below(20));
      event.cells = {kAbsent, below(16)};
      const Cell item = 20 + 2 * below(50'000);
      event.item_cells = {item, below(2'000) * 250'000, 1'000'000, item + 1,
                          static_cast<Cell>(event.class_id)};
      history.Insert(event);
    }
    history.Pack();
    bytes += history.bytes();
  }
  EXPECT_LT(bytes, 28 * 10 * 100);
  RecordProperty("bytes_an_event", std::to_string(double(bytes) / 1'000));
}

}  // namespace
}  // namespace audienced
