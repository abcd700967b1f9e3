// Histories into a file and out of it again.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "daemon/history_cache/cache_reader.h"
#include "daemon/history_cache/cache_writer.h"

namespace audienced {
namespace {

constexpr size_t kEventColumns = 2;
constexpr size_t kItemColumns = 3;

class HistoryCacheTest : public testing::Test {
 protected:
  HistoryCacheTest() {
    std::string name = testing::TempDir() + "history-cache-XXXXXX";
    folder_ = mkdtemp(name.data());
    path_ = folder_ + "/inner/histories";
  }
  ~HistoryCacheTest() override { std::filesystem::remove_all(folder_); }

  // With statements where the number is odd; not all packed.
  History AnyHistory(size_t events) {
    History history(kEventColumns, kItemColumns);
    for (size_t i = 0; i < events; ++i) {
      ProjectedEvent event;
      event.time = {static_cast<Micros>(random_() % 1'000'000)};
      event.digest = random_();
      event.event_id = "e" + std::to_string(i);
      event.class_id = static_cast<uint32_t>(random_() % 7);
      event.cells = {static_cast<Cell>(random_() % 50), kAbsent};
      for (size_t item = random_() % 3; item > 0; --item) {
        for (size_t column = 0; column < kItemColumns; ++column) {
          event.item_cells.push_back(static_cast<Cell>(random_() % 900));
        }
      }
      if (events % 2 == 1 && i % 5 == 0) {
        Properties inner;
        inner.Set("tier", Value("gold \"1\""));
        event.traits = {{event.time, "customer", Value(inner)},
                        {event.time, "age", Value(Decimal{41'500'000})}};
        event.consents = {{event.time, 1, i % 2 == 0}};
      }
      history.Insert(event);
      if (random_() % 3 == 0) history.Pack();
    }
    return history;
  }

  void Write(const std::map<int64_t, History>& histories,
             const HistoryNumbers::Table& numbers) {
    absl::StatusOr<CacheWriter> writer = CacheWriter::Create(path_, kStamp);
    ASSERT_TRUE(writer.ok()) << writer.status();
    for (const auto& [id, history] : histories) {
      ASSERT_TRUE(writer->Add(ProfileId{id}, history).ok());
    }
    EXPECT_FALSE(std::filesystem::exists(path_)) << "before it is whole";
    ASSERT_TRUE(writer->Finish(numbers).ok());
  }

  std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void Replace(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  const CacheStamp kStamp{"database", "start", 42, 7, absl::Hours(24 * 400)};
  std::mt19937_64 random_{20261126};
  std::string folder_;
  std::string path_;
};

void ExpectSame(const History& one, const History& other) {
  ASSERT_EQ(one.size(), other.size());
  for (size_t i = 0; i < one.size(); ++i) {
    ASSERT_EQ(one.time(i), other.time(i));
    ASSERT_EQ(one.class_id(i), other.class_id(i));
    ASSERT_EQ(one.digest(i), other.digest(i));
    ASSERT_EQ(one.cell(i, 0), other.cell(i, 0));
    ASSERT_EQ(one.item_begin(i), other.item_begin(i));
    ASSERT_EQ(one.item_end(i), other.item_end(i));
  }
  for (size_t item = 0; item < one.item_count(); ++item) {
    for (size_t column = 0; column < kItemColumns; ++column) {
      ASSERT_EQ(one.item_cell(item, column), other.item_cell(item, column));
    }
  }
  ASSERT_EQ(one.traits().size(), other.traits().size());
  for (size_t i = 0; i < one.traits().size(); ++i) {
    EXPECT_EQ(one.traits()[i].time, other.traits()[i].time);
    EXPECT_EQ(one.traits()[i].name, other.traits()[i].name);
    EXPECT_EQ(one.traits()[i].value, other.traits()[i].value);
  }
  ASSERT_EQ(one.consents().size(), other.consents().size());
  for (size_t i = 0; i < one.consents().size(); ++i) {
    EXPECT_EQ(one.consents()[i].time, other.consents()[i].time);
    EXPECT_EQ(one.consents()[i].purpose, other.consents()[i].purpose);
    EXPECT_EQ(one.consents()[i].granted, other.consents()[i].granted);
  }
  EXPECT_EQ(one.first_time(), other.first_time());
  EXPECT_EQ(one.whole_since(), other.whole_since());
  EXPECT_EQ(one.class_marks(), other.class_marks());
}

TEST_F(HistoryCacheTest, GivesBackWhatItWasGiven) {
  std::map<int64_t, History> histories;
  for (const size_t events : {0, 1, 2, 31, 300, 513, 1'201}) {
    for (int i = 0; i < 5; ++i) {
      const auto id = static_cast<int64_t>(histories.size() * 3 + 1);
      histories.emplace(id, AnyHistory(events));
    }
  }
  histories.at(4).ExtendTo(Instant{-5});
  histories.at(31).ForgetBefore(Instant{400'000});
  HistoryNumbers::Table numbers;
  numbers.texts = {"shoe", std::nullopt, "", "r\xc3\xa9" + std::string(1, 0)};
  numbers.classes = {{0, 5}, {uint64_t{1} << 63}};
  Write(histories, numbers);

  struct stat status = {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const absl::StatusOr<CacheReader> reader = CacheReader::Open(path_);
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ(reader->stamp().database_id, "database");
  EXPECT_EQ(reader->stamp().start_id, "start");
  EXPECT_EQ(reader->stamp().commit_number, 42);
  EXPECT_EQ(reader->stamp().schema_version, 7);
  EXPECT_EQ(reader->stamp().retention, kStamp.retention);
  auto next = histories.begin();
  const HistoryNumbers::Table read =
      reader->Read([&](ProfileId id, History history) {
        ASSERT_NE(next, histories.end());
        EXPECT_EQ(static_cast<int64_t>(id), next->first);
        ExpectSame(history, next->second);
        // As good as the one that it was made of: also for what comes later.
        ProjectedEvent late;
        late.time = {500'000};
        late.event_id = "late";
        late.cells = {1, 2};
        late.traits = {{late.time, "age", Value(true)}};
        next->second.Pack();
        history.Insert(late);
        next->second.Insert(late);
        ExpectSame(history, next->second);
        ++next;
      });
  EXPECT_EQ(next, histories.end());
  EXPECT_EQ(read.texts, numbers.texts);
  EXPECT_EQ(read.classes, numbers.classes);
}

TEST_F(HistoryCacheTest, WhatIsNotWholeIsNotRead) {
  EXPECT_TRUE(absl::IsNotFound(CacheReader::Open(path_).status()));
  std::map<int64_t, History> histories;
  histories.emplace(1, AnyHistory(40));
  Write(histories, {});
  const std::string whole = Bytes();
  for (size_t place = 0; place < whole.size(); place += 7) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    Replace(damaged);
    EXPECT_TRUE(absl::IsFailedPrecondition(CacheReader::Open(path_).status()))
        << "byte " << place << " is another";
    Replace(whole.substr(0, place));
    EXPECT_TRUE(absl::IsFailedPrecondition(CacheReader::Open(path_).status()))
        << "ends at byte " << place;
  }
  Replace(whole);
  EXPECT_TRUE(CacheReader::Open(path_).ok());
}

TEST_F(HistoryCacheTest, WhatIsNotFinishedLeavesNothing) {
  {
    absl::StatusOr<CacheWriter> writer = CacheWriter::Create(path_, kStamp);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE(writer->Add(ProfileId{1}, AnyHistory(3)).ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/inner"));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      CacheWriter::Create("/proc/no-folder/histories", kStamp).status()));
}

TEST(HistoryNumbersTest, GoesOnBehindThoseThatItWasMadeOf) {
  HistoryNumbers::Table table;
  table.texts = {"shoe", std::nullopt, ""};
  table.classes = {{3}, {5}};
  HistoryNumbers numbers(table);
  EXPECT_EQ(numbers.texts().Intern(""), 2u);
  EXPECT_EQ(numbers.texts().Intern("shoe"), 0u);
  EXPECT_EQ(numbers.texts().Intern("boot"), 3u);
  EXPECT_EQ(numbers.ClassOf({5}), 1u);
  EXPECT_EQ(numbers.ClassOf({9}), 2u);
}

}  // namespace
}  // namespace audienced
