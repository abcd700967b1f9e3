// What is left of a person, and what is told of one.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "daemon/store/identifier_hash.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

const Identifier kAnn{"email", "ann@example.com"};
const Identifier kBob{"email", "bob@example.com"};

EventRecord EventOf(int64_t profile, const std::string& id,
                    const std::string& said) {
  EventRecord record = SampleEvent(id);
  record.profile = ProfileId{profile};
  record.event.properties.Set("comment", Value(said));
  record.event.traits.Set("name", Value(said));
  record.event.consents = {{"marketing", true}};
  return record;
}

ChangeRecord ChangeOf(int64_t profile, int64_t sequence,
                      std::vector<Identifier> identifiers,
                      const std::string& said) {
  ChangeRecord change = SampleChange(3, sequence, 1);
  change.profile = ProfileId{profile};
  change.identifiers = std::move(identifiers);
  change.previous_identifiers = {kAnn};
  change.context = absl::StrCat(R"({"traits":{"name":")", said, "\"}}");
  return change;
}

class ErasureTest : public StoreTest {
 protected:
  // Profiles 1 (Ann), 2 (merged into 1) and 3 (Bob), all in stream 3, with one
  // of everything each.
  static CommitBatch People() {
    CommitBatch batch = SampleBatch(1);
    batch.profiles = {{ProfileId{1}, 3, "email:ann@example.com"},
                      {ProfileId{2}, 3, "anonymous_id:ann-phone"},
                      {ProfileId{3}, 3, "email:bob@example.com"}};
    batch.identifiers = {{ProfileId{1}, kAnn},
                         {ProfileId{2}, {"anonymous_id", "ann-phone"}},
                         {ProfileId{3}, kBob}};
    batch.merges = {{ProfileId{2}, ProfileId{1}}};
    batch.events = {EventOf(1, "e1", "ann says"), EventOf(2, "e2", "ann says"),
                    EventOf(3, "e3", "bob says")};
    batch.stays = {SampleStay(1, 1), SampleStay(2, 2), SampleStay(3, 3)};
    batch.stays[0].membership.context = R"({"cart":"ann says"})";
    batch.changes = {ChangeOf(1, 1, {kAnn}, "ann says"),
                     ChangeOf(2, 2, {kAnn}, "ann says"),
                     ChangeOf(3, 3, {kBob, kAnn}, "ann says")};
    return batch;
  }

  static ErasureRecord ErasureOfAnn() {
    ErasureRecord erasure;
    erasure.profile = ProfileId{1};
    erasure.absorbed = {ProfileId{2}};
    erasure.identifiers = {kAnn, {"anonymous_id", "ann-phone"}};
    const IdentifierHash hash("secret");
    for (const Identifier& identifier : erasure.identifiers) {
      erasure.identifier_hashes.push_back(hash.Of(identifier));
    }
    return erasure;
  }

  // The tables that have `text` in some row.
  std::string TablesThatTell(const std::string& text) {
    std::string found;
    const std::string tables =
        Ask("SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM "
            "information_schema.tables WHERE table_schema = 'audienced'");
    size_t begin = 0;
    while (begin < tables.size()) {
      const size_t end = std::min(tables.find(' ', begin), tables.size());
      const std::string table = tables.substr(begin, end - begin);
      begin = end + 1;
      const std::string rows =
          Ask(absl::StrCat("SELECT count(*) FROM audienced.", table,
                           " AS each WHERE each::text LIKE '%", text, "%'"));
      if (rows != "0") absl::StrAppend(&found, table, " ");
    }
    return found;
  }
};

TEST_F(ErasureTest, NothingIsLeftButTheExitsAndTheHashes) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(People()).ok());
  ASSERT_NE(TablesThatTell("ann says"), "");
  ASSERT_NE(TablesThatTell("ann-phone"), "");

  CommitBatch batch = SampleBatch(2);
  batch.erasures = {ErasureOfAnn()};
  batch.erasures[0].shared_with = {ProfileId{3}};
  batch.erasures[0].exits_kept_until = SampleTime(30);
  ChangeRecord exit = ChangeOf(1, 4, {kAnn}, "");
  exit.previous_identifiers.clear();
  exit.context.clear();
  batch.changes = {exit};
  ASSERT_TRUE(store->Commit(batch).ok());

  EXPECT_EQ(TablesThatTell("ann says"), "");
  EXPECT_EQ(TablesThatTell("ann-phone"), "");
  EXPECT_EQ(TablesThatTell("ann@example.com"), "change ");
  EXPECT_EQ(Ask("SELECT string_agg(sequence::text, ' ') FROM audienced.change "
                "WHERE identifiers::text LIKE '%ann@%'"),
            "4");
  // The log has no gaps, and Bob is as he was.
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.change"), "4");
  EXPECT_EQ(Ask("SELECT string_agg(profile_id::text, ' ') FROM "
                "audienced.membership"),
            "3");
  EXPECT_EQ(TablesThatTell("bob says"), "event event_2024_05 trait ");
  EXPECT_EQ(TablesThatTell("bob@example.com"), "change identifier profile ");

  batch = SampleBatch(3);
  batch.forgotten_exits = {ProfileId{1}};
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ(TablesThatTell("ann@example.com"), "");
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.profile WHERE "
                "exits_kept_until IS NOT NULL"),
            "0");
}

TEST_F(ErasureTest, WhoWasErasedIsKnownAgain) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(People()).ok());
  CommitBatch batch = SampleBatch(2);
  batch.erasures = {ErasureOfAnn()};
  batch.erasures[0].exits_kept_until = SampleTime(30);
  batch.erasures[0].exits_through = 7;
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<ProfileRecord> kept;
  ASSERT_TRUE(store
                  ->LoadProfiles([&](ProfileRecord profile) {
                    if (profile.erased_at) kept.push_back(profile);
                  })
                  .ok());
  ASSERT_EQ(kept.size(), 2u);
  std::sort(kept.begin(), kept.end(),
            [](const ProfileRecord& left, const ProfileRecord& right) {
              return left.id < right.id;
            });
  EXPECT_EQ(kept[0].erased_at, SampleTime(2));
  EXPECT_EQ(kept[0].exits_kept_until, SampleTime(30));
  EXPECT_EQ(kept[0].exits_through, 7);
  EXPECT_EQ(kept[1].exits_kept_until, std::nullopt);

  std::vector<ErasedIdentifierRecord> erased;
  ASSERT_TRUE(store
                  ->LoadErasedIdentifiers([&](ErasedIdentifierRecord each) {
                    erased.push_back(each);
                  })
                  .ok());
  ASSERT_EQ(erased.size(), 2u);
  const Digest ann = IdentifierHash("secret").Of(kAnn);
  EXPECT_TRUE(erased[0].hash == ann || erased[1].hash == ann);
  EXPECT_EQ(erased[0].erased_at, SampleTime(2));
}

TEST_F(ErasureTest, TheLastErasureOfAnIdentifierCounts) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(People()).ok());
  for (int number = 2; number <= 3; ++number) {
    CommitBatch batch = SampleBatch(number);
    batch.erasures = {ErasureOfAnn()};
    ASSERT_TRUE(store->Commit(batch).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.erasure"), "2");
  ASSERT_TRUE(store
                  ->LoadErasedIdentifiers([&](ErasedIdentifierRecord each) {
                    EXPECT_EQ(each.erased_at, SampleTime(3));
                  })
                  .ok());
}

TEST_F(ErasureTest, ProfilesThatWereTakenApartAreKnown) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(People()).ok());
  CommitBatch batch = SampleBatch(2);
  batch.unmerges = {{ProfileId{2}, ProfileId{1}}};
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.profile WHERE merged_into IS "
                "NOT NULL"),
            "0");
  std::vector<SeparationRecord> separations;
  const auto load = [&] {
    separations.clear();
    return store->LoadSeparations(
        [&](SeparationRecord each) { separations.push_back(each); });
  };
  ASSERT_TRUE(load().ok());
  ASSERT_EQ(separations.size(), 1u);
  EXPECT_EQ(separations[0].profile, ProfileId{1});
  EXPECT_EQ(separations[0].other, ProfileId{2});

  batch = SampleBatch(3);
  batch.merges = {{ProfileId{2}, ProfileId{1}}};
  batch.rejoined = {{ProfileId{2}, ProfileId{1}}};
  ASSERT_TRUE(store->Commit(batch).ok());
  ASSERT_TRUE(load().ok());
  EXPECT_TRUE(separations.empty());
}

TEST_F(ErasureTest, AChangeComesBackWithWhatItContinues) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = People();
  const std::vector<ContinuedEpisode> continued = {{ProfileId{2}, 7},
                                                   {ProfileId{1}, 8}};
  batch.changes[0].continues = continued;
  batch.heads[3] = 3;
  ASSERT_TRUE(store->Commit(batch).ok());
  const auto changes = store->ReadChanges({}, batch.heads, 100);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_EQ(changes->size(), 3u);
  EXPECT_EQ((*changes)[0].continues, continued);
  EXPECT_EQ((*changes)[0].previous_identifiers,
            std::vector<Identifier>({kAnn}));
  EXPECT_TRUE((*changes)[1].continues.empty());
}

TEST_F(ErasureTest, EverythingIsHeldOutPageByPage) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = People();
  for (int i = 0; i < 5; ++i) {
    batch.events.push_back(EventOf(1, absl::StrCat("more", i), "more"));
    batch.events.back().event.occurred_at = SampleTime(i);
  }
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<ProfileId> ann = {ProfileId{1}, ProfileId{2}};
  std::vector<std::string> whole;
  const auto all = store->ReadHeldLines(ann, {}, 1000);
  ASSERT_TRUE(all.ok()) << all.status();
  EXPECT_FALSE(all->next.has_value());
  for (const HeldLine& line : all->lines) whole.push_back(line.json);
  // Profiles, and of each event a trait, a consent and itself; stays, changes.
  EXPECT_EQ(whole.size(), 2u + 7 * 3 + 2 + 2);
  EXPECT_TRUE(absl::StrContains(whole[0], "\"record\" : \"profile\""));
  EXPECT_TRUE(absl::StrContains(whole.back(), "\"record\" : \"event\""));
  EXPECT_TRUE(
      absl::StrContains(whole.back(), "\"2024-05-17T12:34:56.789016Z\""));
  for (const std::string& line : whole) {
    EXPECT_FALSE(absl::StrContains(line, "bob")) << line;
  }

  for (const int limit : {1, 3, 8}) {
    std::vector<std::string> pages;
    std::optional<HeldPosition> next = HeldPosition();
    while (next) {
      const auto page = store->ReadHeldLines(ann, *next, limit);
      ASSERT_TRUE(page.ok()) << page.status();
      ASSERT_LE(page->lines.size(), static_cast<size_t>(limit));
      for (const HeldLine& line : page->lines) pages.push_back(line.json);
      next = page->next;
    }
    EXPECT_EQ(pages, whole) << limit;
  }
}

TEST_F(ErasureTest, EventsComeInTheOrderOfTime) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = People();
  batch.events[0].event.occurred_at = SampleTime(50);
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<ProfileId> ann = {ProfileId{1}, ProfileId{2}};
  const auto first = store->ReadHeldEvents(ann, {}, 1);
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_EQ(first->events.size(), 1u);
  EXPECT_EQ(first->events[0].event.event_id, "e2");
  ASSERT_TRUE(first->next.has_value());
  const auto second = store->ReadHeldEvents(ann, *first->next, 2);
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_EQ(second->events.size(), 1u);
  EXPECT_EQ(second->events[0].event.event_id, "e1");
  EXPECT_FALSE(second->next.has_value());
}

TEST_F(ErasureTest, TheStateIsThatOfTheInstant) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = People();
  EventRecord later = EventOf(2, "e9", "later");
  later.event.occurred_at = SampleTime(10);
  later.event.traits.Set("plan", Value());
  later.event.consents = {{"marketing", false}};
  EventRecord same = EventOf(1, "e8", "not the last by its id");
  same.event.occurred_at = SampleTime(10);
  same.event.consents = {{"marketing", true}};
  batch.events.push_back(later);
  batch.events.push_back(same);
  ASSERT_TRUE(store->Commit(batch).ok());
  const std::vector<ProfileId> ann = {ProfileId{1}, ProfileId{2}};
  const auto before = store->ReadHeldState(ann, SampleTime(9));
  ASSERT_TRUE(before.ok()) << before.status();
  ASSERT_EQ(before->traits.size(), 1u);
  EXPECT_EQ(before->traits[0].value, Value("ann says"));
  ASSERT_EQ(before->consents.size(), 1u);
  EXPECT_TRUE(before->consents[0].granted);
  const auto after = store->ReadHeldState(ann, SampleTime(10));
  ASSERT_TRUE(after.ok()) << after.status();
  ASSERT_EQ(after->traits.size(), 1u) << "one was removed";
  EXPECT_EQ(after->traits[0].value, Value("later"));
  EXPECT_EQ(after->traits[0].since, SampleTime(10));
  ASSERT_EQ(after->consents.size(), 1u);
  EXPECT_FALSE(after->consents[0].granted) << "denied is the later";
}

TEST_F(ErasureTest, StaysComeLatestFirst) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = People();
  batch.stays[1].membership.entered_at = ToInstant(SampleTime(5));
  batch.stays[1].left_sequence = 9;
  ASSERT_TRUE(store->Commit(batch).ok());
  const auto stays = store->ReadStays({ProfileId{1}, ProfileId{2}}, 10);
  ASSERT_TRUE(stays.ok()) << stays.status();
  ASSERT_EQ(stays->size(), 2u);
  EXPECT_EQ((*stays)[0].profile, ProfileId{2});
  EXPECT_FALSE((*stays)[0].membership.member);
  EXPECT_TRUE((*stays)[1].membership.member);
}

TEST(IdentifierHashTest, DependsOnSecretKindAndValue) {
  const Digest ann = IdentifierHash("secret").Of(kAnn);
  EXPECT_EQ(ann, IdentifierHash("secret").Of(kAnn));
  EXPECT_NE(ann, IdentifierHash("other").Of(kAnn));
  EXPECT_NE(ann, IdentifierHash("secret").Of({"phone", kAnn.value}));
  EXPECT_NE(ann, IdentifierHash("secret").Of(kBob));
}

}  // namespace
}  // namespace audienced
