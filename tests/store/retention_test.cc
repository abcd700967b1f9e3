// What is left of events that are dropped, and how they go.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ingest/value_json.h"
#include "daemon/store/postgres/migrations.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

constexpr char kPartitions[] =
    "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM "
    "pg_class WHERE relkind = 'r' AND relname ~ '^event_2'";

absl::Time Day(int year, int month, int day) {
  return absl::FromCivil(absl::CivilSecond(year, month, day),
                         absl::UTCTimeZone());
}

class RetentionStoreTest : public StoreTest {
 protected:
  static std::vector<EventRecord> Read(Store& store) {
    absl::StatusOr<std::vector<EventRecord>> events =
        store.ReadEvents(ProfileId{0}, ProfileId{9}, {});
    EXPECT_TRUE(events.ok()) << events.status();
    return events.ok() ? *std::move(events) : std::vector<EventRecord>();
  }

  static EventRecord Identify(const std::string& id, absl::Time occurred) {
    EventRecord record = SampleEvent(id, occurred);
    record.event.traits = *ParseProperties(R"({"plan":"pro"})");
    record.event.consents = {{"email", true}};
    return record;
  }

  // Has March and April of 2024 written, each with an event.
  static void WriteTwoMonths(Store& store) {
    CommitBatch batch = SampleBatch(1);
    batch.events = {Identify("march", Day(2024, 3, 31)),
                    SampleEvent("april", Day(2024, 4, 1))};
    ASSERT_TRUE(store.Commit(batch).ok());
  }
};

TEST_F(RetentionStoreTest, DropsMonthsAndKeepsTraitsAndConsents) {
  std::unique_ptr<Store> store = OpenStore();
  WriteTwoMonths(*store);
  ASSERT_EQ("event_2024_03 event_2024_04", Ask(kPartitions));
  EXPECT_EQ(Day(2024, 4, 1), **store->FirstEventsEnd());

  CommitBatch batch = SampleBatch(2);
  batch.events_from = Day(2024, 4, 1);
  EXPECT_FALSE(batch.empty());
  ASSERT_TRUE(store->Commit(batch).ok());
  ASSERT_EQ(true, *store->DropEventsBefore(Day(2024, 4, 1)));
  EXPECT_EQ("event_2024_04", Ask(kPartitions));
  EXPECT_EQ(Day(2024, 5, 1), **store->FirstEventsEnd());

  store.reset();
  store = OpenStore();
  EXPECT_EQ(Day(2024, 4, 1), store->LoadInstance()->events_from);
  EXPECT_EQ(ToInstant(Day(2024, 4, 1)), store->events_from());
  std::string traits;
  std::string consents;
  int events = 0;
  for (const EventRecord& record : Read(*store)) {
    if (!record.is_remnant()) {
      ++events;
      EXPECT_EQ("april", record.event.event_id);
      continue;
    }
    EXPECT_EQ(Day(2024, 3, 31), record.event.occurred_at);
    for (const auto& [name, value] : record.event.traits) {
      traits += name + "=" + *value.text() + " by " + record.event.event_id;
    }
    for (const auto& [purpose, granted] : record.event.consents) {
      consents += purpose + (granted ? " granted" : " denied");
    }
  }
  EXPECT_EQ(1, events);
  EXPECT_EQ("plan=pro by march", traits);
  EXPECT_EQ("email granted", consents);
}

// Of an event that is there, nothing comes twice.
TEST_F(RetentionStoreTest, ARemnantIsOfAnEventThatIsNotThere) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.events = {Identify("kept", Day(2024, 4, 2))};
  batch.remnants = {Identify("refused", Day(2024, 4, 3))};
  batch.remnants[0].event.traits = {};
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<EventRecord> records = Read(*store);
  ASSERT_EQ(2u, records.size());
  EXPECT_EQ("kept", records[0].event.event_id);
  EXPECT_TRUE(records[1].is_remnant());
  EXPECT_EQ(Day(2024, 4, 3), records[1].event.occurred_at);
  EXPECT_EQ(1u, records[1].event.consents.size());
  EXPECT_EQ(Day(2024, 4, 3), store->LoadInstance()->remnants_through);
}

TEST_F(RetentionStoreTest, OldEventsShareAPartitionThatIsEmptied) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.events = {SampleEvent("old", Day(1989, 12, 31)),
                  SampleEvent("new", Day(1990, 1, 1))};
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ(Day(1990, 1, 1), **store->FirstEventsEnd());
  ASSERT_EQ(true, *store->DropEventsBefore(Day(1990, 1, 1)));
  ASSERT_EQ(1u, Read(*store).size());
  EXPECT_EQ("new", Read(*store)[0].event.event_id);
  EXPECT_EQ(Day(1990, 2, 1), **store->FirstEventsEnd());
}

// Who reads goes on reading, and so does who writes; the rest goes later.
TEST_F(RetentionStoreTest, WaitsForNobody) {
  std::unique_ptr<Store> store = OpenStore();
  WriteTwoMonths(*store);
  std::unique_ptr<DatabaseConnection> other = Connect();
  {
    pqxx::work reading(*other);
    ASSERT_EQ(
        2,
        reading.exec("SELECT count(*) FROM audienced.event")[0][0].as<int>());
    EXPECT_EQ(false, *store->DropEventsBefore(Day(2024, 4, 1)));
    EXPECT_EQ(1, reading
                     .exec("SELECT count(*) FROM audienced.event "
                           "WHERE event_id = 'april'")[0][0]
                     .as<int>());
    CommitBatch batch = SampleBatch(2);
    batch.events = {SampleEvent("later", Day(2024, 4, 3))};
    EXPECT_TRUE(store->Commit(batch).ok());
  }
  EXPECT_EQ("event_2024_03 event_2024_04", Ask(kPartitions));
  EXPECT_EQ(true, *store->DropEventsBefore(Day(2024, 4, 1)));
  EXPECT_EQ("event_2024_04", Ask(kPartitions));
}

// A month whose drop was cut short may come again where retention is longer.
TEST_F(RetentionStoreTest, AMonthThatWasLeftHalfDroppedIsMadeAnew) {
  std::unique_ptr<Store> store = OpenStore();
  WriteTwoMonths(*store);
  Connect()->Query(
      "ALTER TABLE audienced.event DETACH PARTITION audienced.event_2024_03 "
      "CONCURRENTLY");
  store.reset();
  store = OpenStore();
  CommitBatch batch = SampleBatch(2);
  batch.events = {SampleEvent("again", Day(2024, 3, 30))};
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ("1", Ask("SELECT count(*) FROM audienced.event WHERE "
                     "occurred_at < '2024-04-01 00:00:00+00'"));
}

TEST_F(RetentionStoreTest, WhatWasThereBeforeIsKnownToo) {
  size_t before = 0;
  while (!std::string_view(AllMigrations()[before].name).starts_with("0007")) {
    ++before;
  }
  std::unique_ptr<DatabaseConnection> connection = Connect();
  ASSERT_TRUE(ApplyMigrations(*connection, AllMigrations().first(before)).ok());
  connection->Query(
      "INSERT INTO audienced.profile (profile_id, stream, key) VALUES "
      "(1, 0, 'user_id:ann'), (2, 0, 'user_id:bob')");
  connection->Query(
      "INSERT INTO audienced.event (profile_id, occurred_at, received_at, "
      "event_key, origin, event_id, name) "
      "SELECT 1, t, t, '00000000-0000-0000-0000-000000000001', 'shop', 'e1', "
      "'$identify' FROM unnest(ARRAY['1989-12-31 00:00:00+00', "
      "'1989-12-30 00:00:00+00']::timestamptz[]) AS t");
  connection->Query(
      "INSERT INTO audienced.trait (profile_id, occurred_at, event_key, name, "
      "value) VALUES (1, '1989-12-31 00:00:00+00', "
      "'00000000-0000-0000-0000-000000000001', 'plan', '1')");
  connection.reset();
  OpenStore();
  EXPECT_EQ("1989-12-30 00:00:00",
            Ask("SELECT first_event_at AT TIME ZONE 'UTC' FROM "
                "audienced.profile WHERE profile_id = 1"));
  EXPECT_EQ("t", Ask("SELECT first_event_at IS NULL FROM "
                     "audienced.profile WHERE profile_id = 2"));
  EXPECT_EQ("e1", Ask("SELECT event_id FROM audienced.trait"));
}

TEST_F(RetentionStoreTest, AProfileKnowsItsFirstEvent) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.profiles = {{ProfileId{1}, 0, "user_id:ann"},
                    {ProfileId{2}, 0, "user_id:bob"}};
  batch.profiles[0].first_event_at = Day(2024, 4, 2);
  ASSERT_TRUE(store->Commit(batch).ok());
  batch = SampleBatch(2);
  batch.first_events = {{ProfileId{1}, Day(2024, 4, 1)}};
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<std::optional<absl::Time>> first(2);
  ASSERT_TRUE(store
                  ->LoadProfiles([&](ProfileRecord record) {
                    first[static_cast<size_t>(record.id) - 1] =
                        record.first_event_at;
                  })
                  .ok());
  EXPECT_EQ(Day(2024, 4, 1), first[0]);
  EXPECT_EQ(std::nullopt, first[1]);
}

}  // namespace
}  // namespace audienced
