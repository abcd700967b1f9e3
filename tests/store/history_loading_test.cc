// Histories of many profiles, read portion by portion.

#include "daemon/pipeline/history_loader.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

using testing::ElementsAreArray;
using testing::StartsWith;

constexpr int kNumbers = 130;
constexpr size_t kPortion = 7;

std::string TextOf(const History& history) {
  std::string text =
      absl::StrCat(history.size(), " since ", history.first_time().micros);
  for (size_t i = 0; i < history.size(); ++i) {
    absl::StrAppend(&text, " ", history.digest(i));
  }
  return text;
}

class HistoryLoadingTest : public StoreTest {
 protected:
  void SetUp() override {
    store_ = OpenStore();
    CommitBatch batch = SampleBatch(1);
    for (int i = 0; i < 10 * kNumbers; ++i) {
      const auto id = ProfileId{1 + i * 37 % kNumbers};
      if (static_cast<int64_t>(id) % 11 == 0) continue;  // did nothing
      EventRecord record = SampleEvent(absl::StrCat("e", i),
                                       SampleTime() + absl::Seconds(i % 97));
      record.profile = id;
      batch.events.push_back(std::move(record));
    }
    ASSERT_TRUE(store_->Commit(batch).ok());
    // Every tenth number has become one with the next.
    for (int64_t number = 1; number <= kNumbers; ++number) {
      if (number % 10 == 0) continue;
      auto profile = std::make_shared<Profile>();
      profile->id = ProfileId{number};
      profile->first_event_at = ToInstant(SampleTime() - absl::Hours(1));
      if (number % 10 == 1 && number > 1) {
        profile->absorbed = {ProfileId{number - 1}};
      }
      profiles_.push_back(std::move(profile));
    }
    for (const Directory::ProfilePtr& profile : profiles_) {
      const absl::StatusOr<Histories> read =
          ReadHistories(*store_, {&profile, 1}, *projection_);
      ASSERT_TRUE(read.ok()) << read.status();
      wanted_.push_back(TextOf(*read->front()));
    }
  }

  // Of as many as if `all` were known; what each portion had.
  std::vector<std::string> Load(int64_t all,
                                const PreparedHistories* prepared = nullptr) {
    std::vector<std::string> loaded;
    const absl::Status status = LoadHistories(
        *store_, profiles_, all, *projection_, prepared, [] { return true; },
        [&](const Histories& histories) {
          EXPECT_EQ(histories.size(),
                    std::min(kPortion, profiles_.size() - loaded.size()));
          for (const auto& history : histories) {
            loaded.push_back(TextOf(*history));
          }
          return true;
        },
        kPortion);
    EXPECT_TRUE(status.ok()) << status;
    return loaded;
  }

  std::unique_ptr<Store> store_;
  std::shared_ptr<Projection> projection_ =
      std::make_shared<Projection>(CompiledRulebook::Compile(
          audienced::Load(ShopWith("  tested: { who: { did: viewed } }\n"))
              .rulebook));
  std::vector<Directory::ProfilePtr> profiles_;
  std::vector<std::string> wanted_;
};

constexpr int64_t kDense = kNumbers;
constexpr int64_t kSparse = 100 * kNumbers;

TEST_F(HistoryLoadingTest, PortionsAreWhatEachReadsByItself) {
  EXPECT_THAT(wanted_, testing::Contains(StartsWith("20 ")));
  EXPECT_THAT(Load(kDense), ElementsAreArray(wanted_));
  EXPECT_THAT(Load(kSparse), ElementsAreArray(wanted_));
}

TEST_F(HistoryLoadingTest, WhatIsThereIsNotRead) {
  const auto nothing =
      std::make_shared<const History>(projection_->NewHistory());
  PreparedHistories prepared;
  prepared.projection = projection_;
  for (size_t i = 0; i < profiles_.size(); ++i) {
    if (i % 5 == 1 || (i >= 3 * kPortion && i < 4 * kPortion)) {
      auto here = std::make_shared<Profile>(*profiles_[i]);
      here->projection = projection_;
      here->history = nothing;
      profiles_[i] = std::move(here);
      wanted_[i] = TextOf(*nothing);
    } else if (i % 5 == 2) {
      prepared.profiles.push_back(profiles_[i]);
      prepared.histories.push_back(nothing);
      wanted_[i] = TextOf(*nothing);
    }
  }
  EXPECT_THAT(Load(kDense, &prepared), ElementsAreArray(wanted_));
  EXPECT_THAT(Load(kSparse, &prepared), ElementsAreArray(wanted_));
}

TEST_F(HistoryLoadingTest, EndsBetweenPortions) {
  for (const int64_t all : {kDense, kSparse}) {
    int taken = 0;
    const absl::Status status = LoadHistories(
        *store_, profiles_, all, *projection_, nullptr, [] { return true; },
        [&](const Histories&) { return ++taken < 3; }, kPortion);
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
    EXPECT_EQ(taken, 3);
  }
}

}  // namespace
}  // namespace audienced
