#include "daemon/publish/told_changes.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace audienced {
namespace {

ToldCommit Telling(const std::string& bytes) {
  auto part = std::make_shared<ToldChanges>();
  part->bytes = bytes;
  part->count = 1;
  return {part};
}

class CommitViewsTest : public testing::Test {
 protected:
  const std::shared_ptr<std::atomic<int64_t>> bytes_ =
      std::make_shared<std::atomic<int64_t>>(0);
  CommitViews views_{bytes_};
};

TEST_F(CommitViewsTest, WhatAViewIsToldIsMadeOnceHoweverManyAsk) {
  std::atomic<int> made = 0;
  const auto ask = [&](const std::string& view) {
    return views_.Get(view, [&] {
      ++made;
      return Telling(view);
    });
  };
  std::vector<std::shared_ptr<const ToldCommit>> told(16);
  std::vector<std::thread> consumers;
  for (auto& each : told) {
    consumers.emplace_back([&] { each = ask("carts"); });
  }
  for (std::thread& consumer : consumers) consumer.join();
  EXPECT_EQ(made, 1);
  for (const auto& each : told) EXPECT_EQ(each, told.front());

  // Who sees otherwise is told otherwise.
  EXPECT_EQ(ask("leads")->front()->bytes, "leads");
  EXPECT_EQ(ask("carts")->front()->bytes, "carts");
  EXPECT_EQ(made, 2);
}

TEST_F(CommitViewsTest, WhatIsKeptIsCountedUntilItIsClosed) {
  const auto tell = [] { return Telling(std::string(1000, 'x')); };
  const auto first = views_.Get("one", tell);
  const int64_t one = *bytes_;
  EXPECT_GT(one, 1000);
  views_.Get("one", tell);
  EXPECT_EQ(*bytes_, one);
  views_.Get("two", tell);
  EXPECT_EQ(*bytes_, 2 * one);
  {
    CommitViews other(bytes_);
    other.Get("one", tell);
    EXPECT_EQ(*bytes_, 3 * one);
  }
  EXPECT_EQ(*bytes_, 2 * one);

  views_.Close();
  EXPECT_EQ(*bytes_, 0);
  // Each makes its own from here on, and what was handed out stays good.
  EXPECT_NE(views_.Get("one", tell), views_.Get("one", tell));
  EXPECT_EQ(*bytes_, 0);
  EXPECT_EQ(first->front()->bytes.size(), 1000u);
}

}  // namespace
}  // namespace audienced
