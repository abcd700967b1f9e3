// The table of events read at once, as it lies on disk.

#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "daemon/ingest/value_json.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

using testing::ElementsAreArray;
using testing::IsEmpty;

class EventScanTest : public StoreTest {
 protected:
  // Events of profiles 1 to 40 in two months, so large that each month has more
  // pages than one statement reads.
  static constexpr int kProfiles = 40;
  static constexpr int kEvents = 2'000;
  static constexpr int kFillingBytes = 1'700;

  static void WriteEvents(Store& store) {
    CommitBatch batch = SampleBatch(1);
    std::mt19937 random(20261126);
    for (int i = 0; i < kEvents; ++i) {
      EventRecord record = SampleEvent(
          absl::StrCat("e", i),
          SampleTime() + absl::Hours(24 * 30) * (i % 2) + absl::Seconds(i));
      record.profile = ProfileId{1 + i % kProfiles};
      std::string filling;  // that cannot be compressed
      while (filling.size() < kFillingBytes) {
        filling.push_back(static_cast<char>('0' + random() % 72));
      }
      std::erase(filling, '\\');
      record.event.properties.Set("filling", Value(filling));
      batch.events.push_back(std::move(record));
    }
    batch.events[7].event.consents = {{"email", true}};
    ASSERT_TRUE(store.Commit(batch).ok());
  }

  static std::vector<std::string> Sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
  }
  static std::string TextOf(const EventRecord& record) {
    return absl::StrCat(
        static_cast<int64_t>(record.profile), " ", record.event.name, " ",
        record.event.event_id, " ", absl::FormatTime(record.event.occurred_at),
        ToJson(record.event.properties), " ", record.event.consents.size());
  }
  static std::vector<std::string> Read(Store& store, int64_t after,
                                       int64_t through,
                                       std::vector<ProfileId> others) {
    const auto events =
        store.ReadEvents(ProfileId{after}, ProfileId{through}, others);
    EXPECT_TRUE(events.ok()) << events.status();
    std::vector<std::string> texts;
    for (const EventRecord& each : *events) texts.push_back(TextOf(each));
    return Sorted(std::move(texts));
  }
  static std::vector<std::string> Scan(Store& store, int64_t after,
                                       int64_t through,
                                       std::vector<ProfileId> others) {
    std::vector<std::vector<std::string>> texts(2);
    const absl::Status status = store.ScanEvents(
        {ProfileId{after}, ProfileId{through}, std::move(others), 2},
        [] { return true; },
        [&](int reader, StoredEvents events) {
          for (const StoredEvent& event : events) {
            texts.at(reader).push_back(TextOf(event.ToRecord()));
          }
        },
        [&](const EventRecord& remnant) {
          texts[0].push_back(TextOf(remnant));
        });
    EXPECT_TRUE(status.ok()) << status;
    texts[0].insert(texts[0].end(), texts[1].begin(), texts[1].end());
    return Sorted(std::move(texts[0]));
  }
};

TEST_F(EventScanTest, TellsWhatLookingUpTells) {
  std::unique_ptr<Store> store = OpenStore();
  EXPECT_EQ(*store->EventBytes(), 0);
  EXPECT_THAT(Scan(*store, 0, kProfiles, {}), IsEmpty());
  WriteEvents(*store);
  EXPECT_GT(*store->EventBytes(), 2 * 150 * 8'192);
  const std::vector<std::string> all = Read(*store, 0, kProfiles, {});
  EXPECT_EQ(all.size(), kEvents);
  EXPECT_THAT(Scan(*store, 0, kProfiles, {}), ElementsAreArray(all));
  const std::vector<ProfileId> others = {ProfileId{2}, ProfileId{kProfiles}};
  EXPECT_THAT(Scan(*store, 10, 12, others),
              ElementsAreArray(Read(*store, 10, 12, others)));
  EXPECT_THAT(Scan(*store, 0, 0, others),
              ElementsAreArray(Read(*store, 0, 0, others)));
  EXPECT_THAT(Scan(*store, 0, 0, {}), IsEmpty());
}

TEST_F(EventScanTest, TellsWhatIsLeftOfDroppedEvents) {
  std::unique_ptr<Store> store = OpenStore();
  WriteEvents(*store);
  CommitBatch batch = SampleBatch(2);
  batch.events_from =
      absl::FromCivil(absl::CivilSecond(2024, 9, 1), absl::UTCTimeZone());
  ASSERT_TRUE(store->Commit(batch).ok());
  ASSERT_EQ(true, *store->DropEventsBefore(batch.events_from));
  const std::vector<std::string> left = Read(*store, 0, kProfiles, {});
  EXPECT_EQ(left.size(), 1);
  EXPECT_THAT(Scan(*store, 0, kProfiles, {}), ElementsAreArray(left));
  EXPECT_THAT(Scan(*store, 0, 0, {ProfileId{8}}), ElementsAreArray(left));
}

TEST_F(EventScanTest, EndsWhenItIsToldTo) {
  std::unique_ptr<Store> store = OpenStore();
  WriteEvents(*store);
  std::atomic<int> told = 0;
  const absl::Status status = store->ScanEvents(
      {ProfileId{0}, ProfileId{kProfiles}, {}, 2}, [] { return false; },
      [&](int, StoredEvents) { ++told; }, [&](const EventRecord&) { ++told; });
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(told, 0);
}

}  // namespace
}  // namespace audienced
