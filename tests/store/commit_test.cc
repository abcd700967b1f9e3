#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/value_json.h"
#include "daemon/store/event_row.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

// The names and values, null ones too, in the order of the names.
std::map<std::string, Value> InOrder(const Properties& properties) {
  return {properties.begin(), properties.end()};
}

class CommitTest : public StoreTest {
 protected:
  static std::vector<EventRecord> Events(Store& store) {
    std::vector<EventRecord> events =
        store.ReadEvents(ProfileId{0}, ProfileId{1'000'000}, {}).value();
    std::sort(events.begin(), events.end(),
              [](const EventRecord& left, const EventRecord& right) {
                return left.event.event_id < right.event.event_id;
              });
    return events;
  }

  static std::vector<StayRecord> Stays(Store& store) {
    std::vector<StayRecord> stays;
    EXPECT_TRUE(store
                    .LoadStays(ProfileId{40'000},
                               [&](StayRecord stay) {
                                 stays.push_back(std::move(stay));
                               })
                    .ok());
    return stays;
  }
};

TEST_F(CommitTest, ANewDatabaseIsEmpty) {
  std::unique_ptr<Store> store = OpenStore();
  const absl::StatusOr<InstanceRecord> instance = store->LoadInstance();
  ASSERT_TRUE(instance.ok()) << instance.status();
  EXPECT_EQ(36u, instance->database_id.size());
  EXPECT_EQ(32u, instance->cursor_key.size());
  EXPECT_EQ(StreamPositions{}, instance->heads);
  EXPECT_EQ(0, instance->commit_number);
  EXPECT_EQ(absl::InfinitePast(), instance->commit_time);
  EXPECT_EQ(absl::InfinitePast(), instance->evaluated_through);
  EXPECT_EQ(0, instance->rule_version);
  EXPECT_EQ(absl::StatusCode::kNotFound,
            store->ReadNewestRules().status().code());
  EXPECT_TRUE(Events(*store).empty());
  EXPECT_TRUE(Stays(*store).empty());
}

// Few events go into the database another way than many: with all of it, what
// each says is the same.
class EventsTest : public CommitTest, public testing::WithParamInterface<int> {
 protected:
  static EventRecord FullEvent(const std::string& event_id) {
    EventRecord record = SampleEvent(event_id);
    record.event.properties = *ParseProperties(
        R"({"tags":["x",null,true,{"deep":[]}],"value":123456789012.000001,)"
        R"("cents":-0.1,"title":"日本 \"🛒\"\n","nothing":null,)"
        R"("huge_number":"123456789012345678901234567890.5"})");
    record.event.properties.Set("session_id", Value("s-1"));
    record.event.items = {
        *ParseProperties(R"({"price":19.999999,"item_id":"7"})"), Properties(),
        *ParseProperties(R"({"quantity":3})")};
    record.event.traits =
        *ParseProperties(R"({"tier":"gold","old_trait":null})");
    record.event.consents = {{"sms", false}, {"email", true}};
    record.event.received_at = SampleTime(-1);
    return record;
  }

  // `e1`, which says all that an event can, and others that say nothing.
  static CommitBatch Batch(int64_t number) {
    CommitBatch batch = SampleBatch(number);
    batch.events = {FullEvent("e1")};
    for (int i = 1; i < GetParam(); ++i) {
      batch.events.push_back(SampleEvent(absl::StrCat("f", i)));
      batch.events.back().profile = ProfileId{1'000'000 - i};
    }
    return batch;
  }
};

INSTANTIATE_TEST_SUITE_P(FewAndMany, EventsTest, testing::Values(2, 500));

TEST_P(EventsTest, AnEventComesBackWhole) {
  const CommitBatch batch = Batch(1);
  const EventRecord& record = batch.events[0];
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  store.reset();

  store = OpenStore();
  const std::vector<EventRecord> events = Events(*store);
  ASSERT_EQ(batch.events.size(), events.size());
  const Event& event = events[0].event;
  EXPECT_EQ(record.profile, events[0].profile);
  EXPECT_EQ(record.event.occurred_at, event.occurred_at);
  EXPECT_EQ(record.event.received_at, event.received_at);
  EXPECT_EQ("shop", event.origin);
  EXPECT_EQ("e1", event.event_id);
  EXPECT_EQ("view_item", event.name);
  EXPECT_EQ(InOrder(record.event.properties), InOrder(event.properties));
  EXPECT_EQ(record.event.items, event.items);
  EXPECT_EQ(InOrder(record.event.traits), InOrder(event.traits));
  EXPECT_EQ(record.event.consents, event.consents);

  for (size_t i = 1; i < events.size(); ++i) {
    EXPECT_TRUE(events[i].event.properties.empty());
    EXPECT_TRUE(events[i].event.items.empty());
    EXPECT_TRUE(events[i].event.traits.empty());
    EXPECT_TRUE(events[i].event.consents.empty());
  }
  EXPECT_EQ("123456789012.000001",
            Ask("SELECT properties->>'value' FROM audienced.event "
                "WHERE event_id = 'e1'"));
  EXPECT_EQ("gold", Ask("SELECT value #>> '{}' FROM audienced.trait "
                        "WHERE name = 'tier'"));
  EXPECT_EQ("f", Ask("SELECT granted FROM audienced.consent "
                     "WHERE purpose = 'sms'"));
}

TEST_F(CommitTest, EveryMonthHasItsPartition) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  const std::vector<std::string> times = {
      "0001-01-01T00:00:00Z",        "1989-12-31T23:59:59.999999Z",
      "1990-01-01T00:00:00Z",        "2023-12-31T23:59:59.999999Z",
      "2024-01-01T00:00:00Z",        "2024-01-31T23:59:59.999999Z",
      "9999-12-31T23:59:59.999999Z",
  };
  for (const std::string& text : times) {
    absl::Time time;
    ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr));
    batch.events.push_back(SampleEvent(text, time));
  }
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<EventRecord> events = Events(*store);
  ASSERT_EQ(times.size(), events.size());
  for (size_t i = 0; i < times.size(); ++i) {
    EXPECT_EQ(batch.events[i].event.occurred_at, events[i].event.occurred_at);
  }
  EXPECT_EQ("2", Ask("SELECT count(*) FROM audienced.event_2024_01"));
  EXPECT_EQ("2", Ask("SELECT count(*) FROM audienced.event_before_1990"));

  batch = SampleBatch(2);
  batch.events = {SampleEvent(
      "late",
      absl::FromCivil(absl::CivilSecond(10000, 1, 1), absl::UTCTimeZone()))};
  EXPECT_EQ(absl::StatusCode::kInvalidArgument, store->Commit(batch).code());
}

TEST_P(EventsTest, ADuplicateIsPassedOverAndItsNeighboursKept) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch first = SampleBatch(1);
  first.events = {FullEvent("e1")};
  ASSERT_TRUE(store->Commit(first).ok());
  CommitBatch batch = Batch(2);
  batch.events[0].event.name = "purchase";
  batch.events[0].event.traits.Set("level", Value("new"));
  batch.events.push_back(batch.events.back());
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<EventRecord> events = Events(*store);
  ASSERT_EQ(batch.events.size() - 1, events.size());
  EXPECT_EQ("view_item", events[0].event.name);
  EXPECT_EQ("2", Ask("SELECT count(*) FROM audienced.trait "
                     "WHERE name <> 'level'"));
}

TEST_P(EventsTest, ARowThatWasMadeBeforeIsTheSame) {
  CommitBatch batch = Batch(1);
  for (EventRecord& record : batch.events) {
    record.row = EventRow(record.profile, record.event);
  }
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->BeginCommit(batch).ok());
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<EventRecord> events = Events(*store);
  ASSERT_EQ(batch.events.size(), events.size());
  EXPECT_EQ(InOrder(batch.events[0].event.properties),
            InOrder(events[0].event.properties));
  EXPECT_EQ(ProfileId{1'000'000 - 1}, events[1].profile);
}

TEST_P(EventsTest, WhatWasSentAheadIsTakenBack) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->BeginCommit(Batch(1)).ok());
  store->AbandonCommit();
  ASSERT_TRUE(store->Commit(SampleBatch(1)).ok());
  EXPECT_TRUE(Events(*store).empty());
  ASSERT_TRUE(store->BeginCommit(Batch(2)).ok());
  EndWritingSession();
  EXPECT_EQ(absl::StatusCode::kUnavailable, store->Commit(Batch(2)).code());
  ASSERT_TRUE(store->Reconnect().ok());
  EXPECT_TRUE(Events(*store).empty());
  ASSERT_TRUE(store->Commit(Batch(2)).ok());
  EXPECT_EQ(GetParam(), static_cast<int>(Events(*store).size()));
}

TEST_P(EventsTest, WhatWasSentAheadOfAnotherCommitIsTakenBack) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->BeginCommit(Batch(2)).ok());
  CommitBatch other = SampleBatch(1);
  other.events = {SampleEvent("other")};
  ASSERT_TRUE(store->Commit(other).ok());
  ASSERT_EQ(1u, Events(*store).size());
  EXPECT_EQ("other", Events(*store)[0].event.event_id);
}

TEST_F(CommitTest, ProfilesAndIdentifiersComeBack) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.profiles = {{ProfileId{1}, 63, "email:ada@example.org"},
                    {ProfileId{INT64_MAX}, 0, "user_id:ünï\tcode"}};
  batch.identifiers = {{ProfileId{1}, {"email", "ada@example.org"}},
                       {ProfileId{1}, {"user_id", "'; DROP TABLE x --"}}};
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<ProfileRecord> profiles;
  ASSERT_TRUE(store
                  ->LoadProfiles([&](ProfileRecord profile) {
                    profiles.push_back(profile);
                  })
                  .ok());
  ASSERT_EQ(2u, profiles.size());
  EXPECT_EQ(63, profiles[0].stream);
  EXPECT_EQ("email:ada@example.org", profiles[0].key);
  EXPECT_EQ(ProfileId{INT64_MAX}, profiles[1].id);
  EXPECT_EQ("user_id:ünï\tcode", profiles[1].key);
  std::vector<IdentifierRecord> identifiers;
  ASSERT_TRUE(store
                  ->LoadIdentifiers([&](IdentifierRecord identifier) {
                    identifiers.push_back(identifier);
                  })
                  .ok());
  ASSERT_EQ(2u, identifiers.size());
  EXPECT_EQ(batch.identifiers[1].identifier, identifiers[1].identifier);
}

TEST_F(CommitTest, AStayComesBackWithItsInfinities) {
  StayRecord stay = SampleStay(1, 5);
  stay.membership.episode = 7;
  stay.membership.match = {Instant::Never(), Instant::Forever()};
  stay.membership.matched_at = {-1};
  stay.membership.entered_at = {1'715'949'296'789'013};
  stay.membership.effective_at = Instant::Never();
  stay.membership.announced_flip = {253'402'300'799'999'999};
  // Not in the order or spacing of jsonb: the text must come back as it was.
  stay.membership.context = R"({"value": 1.50, "b":1,"a":  [1]})";
  stay.existing = true;
  stay.continues = {{ProfileId{9}, 4}, {ProfileId{int64_t{1} << 62}, 1}};
  stay.rule_version = 3;
  CommitBatch batch = SampleBatch(1);
  batch.stays = {stay};
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<StayRecord> stays = Stays(*store);
  ASSERT_EQ(1u, stays.size());
  EXPECT_EQ(stay.membership, stays[0].membership);
  EXPECT_EQ(std::nullopt, stays[0].left_sequence);
  EXPECT_EQ("cart", stays[0].audience);
  EXPECT_EQ(3, stays[0].stream);
  EXPECT_EQ(5, stays[0].entered_sequence);
  EXPECT_TRUE(stays[0].existing);
  EXPECT_EQ(stays[0].continues, stay.continues);
  EXPECT_EQ(3, stays[0].rule_version);
  EXPECT_EQ(SampleTime(), stays[0].changed_at);

  // The same stay again is the same row; only the latest stay is loaded.
  stay.left_sequence = 9;
  stay.membership.member = false;
  stay.membership.context.clear();
  batch = SampleBatch(2);
  batch.stays = {stay};
  ASSERT_TRUE(store->Commit(batch).ok());
  stays = Stays(*store);
  ASSERT_EQ(1u, stays.size());
  EXPECT_EQ(9, stays[0].left_sequence);
  EXPECT_EQ(stay.membership, stays[0].membership);
  batch = SampleBatch(3);
  batch.stays = {SampleStay(1, 12)};
  ASSERT_TRUE(store->Commit(batch).ok());
  stays = Stays(*store);
  ASSERT_EQ(1u, stays.size());
  EXPECT_EQ(12, stays[0].entered_sequence);
  EXPECT_TRUE(stays[0].membership.member);
}

TEST_F(CommitTest, RulesAndPositionsComeBack) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.heads[0] = 4;
  batch.heads[63] = INT64_MAX;
  batch.rules = RuleVersionRecord{1,
                                  "f1",
                                  SampleTime(),
                                  RuleSource::kApply,
                                  "ann",
                                  "spring sale",
                                  {{"a.yaml", "x: \"1\"\n"}, {"b.yaml", ""}}};
  ASSERT_TRUE(store->Commit(batch).ok());
  batch.commit_number = 2;
  batch.rules.reset();
  ASSERT_TRUE(store->Commit(batch).ok());

  const absl::StatusOr<InstanceRecord> instance = store->LoadInstance();
  ASSERT_TRUE(instance.ok()) << instance.status();
  EXPECT_EQ(batch.heads, instance->heads);
  EXPECT_EQ(2, instance->commit_number);
  EXPECT_EQ(batch.commit_time, instance->commit_time);
  EXPECT_EQ(batch.evaluated_through, instance->evaluated_through);
  EXPECT_EQ(1, instance->rule_version);
  EXPECT_EQ("f1", instance->rule_fingerprint);
  const absl::StatusOr<RuleVersionRecord> rules = store->ReadNewestRules();
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(1, rules->version);
  EXPECT_EQ(SampleTime(), rules->applied_at);
  ASSERT_EQ(2u, rules->files.size());
  EXPECT_EQ("a.yaml", rules->files[0].first);
  EXPECT_EQ("x: \"1\"\n", rules->files[0].second);
  EXPECT_EQ(RuleSource::kApply, rules->source);
  EXPECT_EQ("ann", rules->author);
  EXPECT_EQ("spring sale", rules->note);
  EXPECT_TRUE(
      absl::IsNotFound(store->ReadNewestRules(RuleSource::kFolder).status()));
  EXPECT_EQ(1, store->ListRuleVersions(2, 10)->size());
  EXPECT_TRUE(store->ListRuleVersions(1, 10)->empty());
}

TEST_F(CommitTest, AFailingBatchLeavesNothing) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  batch.profiles = {{ProfileId{1}, 0, "a:1"}};
  batch.events = {SampleEvent("e1")};
  batch.events[0].event.event_id = std::string("not\0text", 8);
  const absl::Status status = store->Commit(batch);
  EXPECT_EQ(absl::StatusCode::kInternal, status.code()) << status;
  EXPECT_EQ("0", Ask("SELECT count(*) FROM audienced.profile"));
  batch.events.clear();
  EXPECT_TRUE(store->Commit(batch).ok());
}

TEST_F(CommitTest, AnotherWriterIsNoticed) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(SampleBatch(1)).ok());
  Connect()->Query("UPDATE audienced.instance SET commit_number = 2");
  CommitBatch batch = SampleBatch(2);
  batch.events = {SampleEvent("e1")};
  EXPECT_EQ(absl::StatusCode::kDataLoss, store->Commit(batch).code());
  EXPECT_TRUE(Events(*store).empty());
}

TEST_F(CommitTest, ALargeBatchGoesInPortions) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  for (int i = 0; i < 21'000; ++i) {
    batch.events.push_back(SampleEvent(std::to_string(i)));
  }
  for (int i = 0; i < 4; ++i) {
    batch.events[i].event.properties.Set("text",
                                         Value(std::string(5 << 20, 'x')));
  }
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ(21'000u, Events(*store).size());
  // What is there already is passed over by other statements.
  batch.commit_number = 2;
  for (int i = 0; i < 21'000; i += 2) {
    batch.events[i].event.event_id = absl::StrCat("new", i);
  }
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ(31'500u, Events(*store).size());
}

}  // namespace
}  // namespace audienced
