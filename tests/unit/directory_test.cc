#include "daemon/pipeline/directory.h"

#include <gtest/gtest.h>

#include "daemon/pipeline/deadlines.h"

namespace audienced {
namespace {

Directory::ProfilePtr Make(int64_t number,
                           std::vector<Identifier> identifiers) {
  auto profile = std::make_shared<Profile>();
  profile->id = static_cast<ProfileId>(number);
  profile->identifiers = std::move(identifiers);
  return profile;
}

std::shared_ptr<Profile> WithEvents(int64_t number, int events) {
  auto profile = std::make_shared<Profile>();
  profile->id = static_cast<ProfileId>(number);
  auto history = std::make_shared<History>(0, 0);
  for (int i = 0; i < events; ++i) {
    ProjectedEvent event;
    event.time = Instant{i};
    event.digest = static_cast<uint64_t>(i);
    history->Insert(event);
  }
  profile->history = std::move(history);
  return profile;
}

Deadlines With(std::vector<std::shared_ptr<Profile>> profiles) {
  Deadlines deadlines;
  for (const auto& profile : profiles) deadlines.Set(*profile);
  return deadlines;
}

std::shared_ptr<Profile> Due(int64_t number, Instant at, bool leaves = false) {
  auto profile = std::make_shared<Profile>();
  profile->id = static_cast<ProfileId>(number);
  profile->next_change = at;
  profile->leaves_next = leaves;
  return profile;
}

TEST(DirectoryTest, FindsByNumberAndByEveryIdentifier) {
  Directory directory;
  directory.Apply({Make(1, {})}, {{ProfileId{1}, {"user_id", "ann"}}});
  directory.Apply({Make(2, {}), Make(1, {})},
                  {{ProfileId{2}, {"user_id", "bob"}},
                   {ProfileId{1}, {"email", "a@x.org"}}});
  EXPECT_EQ(directory.size(), 2);
  EXPECT_EQ(directory.FindId({"email", "a@x.org"}), ProfileId{1});
  EXPECT_EQ(directory.Find(Identifier{"user_id", "bob"})->id, ProfileId{2});
  EXPECT_EQ(directory.Find(ProfileId{3}), nullptr);
  EXPECT_EQ(directory.Find(ProfileId{0}), nullptr);
  EXPECT_FALSE(directory.FindId({"email", "ann"}).has_value());
}

TEST(DirectoryTest, FindsManyAsOneByOne) {
  Directory directory;
  std::vector<Directory::Reference> references = {
      ProfileId{0}, ProfileId{99}, Identifier{"user_id", "nobody"}};
  for (int64_t number = 1; number <= 40; ++number) {
    const Identifier name = {"user_id", std::to_string(number)};
    directory.Apply({Make(number, {name})}, {{ProfileId{number}, name}});
    references.emplace_back(name);
    references.emplace_back(ProfileId{number});
  }
  auto whole = std::make_shared<Profile>(*Make(1, {}));
  whole->absorbed = {ProfileId{2}};
  directory.Apply({whole});
  EXPECT_TRUE(directory.FindAll({}).empty());
  for (const size_t count : {size_t{1}, size_t{20}, references.size()}) {
    const std::vector<Directory::Reference> asked(references.begin(),
                                                  references.begin() + count);
    const std::vector<Directory::ProfilePtr> found = directory.FindAll(asked);
    ASSERT_EQ(found.size(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(found[i], std::visit(
                              [&](const auto& reference) {
                                return directory.Find(reference);
                              },
                              asked[i]))
          << i;
    }
  }
  EXPECT_EQ(directory.FindAll({ProfileId{2}}).front()->id, ProfileId{1});
}

TEST(DirectoryTest, AnIdentifierKeepsItsNumberThroughMergeAndUnmerge) {
  Directory directory;
  const Identifier ann = {"user_id", "ann"};
  const Identifier phone = {"anonymous_id", "phone"};
  directory.Apply({Make(1, {}), Make(2, {})},
                  {{ProfileId{1}, ann}, {ProfileId{2}, phone}});
  auto whole = std::make_shared<Profile>(*Make(1, {ann, phone}));
  whole->absorbed = {ProfileId{2}};
  directory.Apply({whole});
  EXPECT_EQ(directory.FindPlace(phone)->stored, ProfileId{2});
  EXPECT_EQ(directory.FindPlace(phone)->current, ProfileId{1});
  EXPECT_EQ(directory.Find(ProfileId{2})->id, ProfileId{1});
  directory.Apply({Make(1, {ann}), Make(2, {phone})});
  EXPECT_EQ(directory.FindPlace(phone)->current, ProfileId{2});
  EXPECT_EQ(directory.Find(ProfileId{2})->id, ProfileId{2});
}

TEST(DirectoryTest, NothingIsFoundOfWhoWasErasedAndNumbersAreNotReused) {
  Directory directory;
  const Identifier ann = {"user_id", "ann"};
  const Identifier phone = {"anonymous_id", "phone"};
  auto whole = std::make_shared<Profile>(*Make(1, {ann, phone}));
  whole->absorbed = {ProfileId{2}};
  directory.Apply({whole}, {{ProfileId{1}, ann}, {ProfileId{2}, phone}});
  ErasureRecord erasure;
  erasure.profile = ProfileId{1};
  erasure.absorbed = {ProfileId{2}};
  erasure.identifiers = {ann, phone};
  directory.Forget(erasure);
  EXPECT_EQ(directory.Find(ProfileId{1}), nullptr);
  EXPECT_EQ(directory.Find(ProfileId{2}), nullptr);
  EXPECT_FALSE(directory.FindId(phone).has_value());
  EXPECT_TRUE(directory.Range(ProfileId{0}, 10).empty());
  EXPECT_EQ(directory.size(), 2);
  directory.Reserve(ProfileId{7});
  EXPECT_EQ(directory.size(), 7);
}

TEST(DirectoryTest, RangesAreInOrderAndEnd) {
  Directory directory;
  directory.Apply({Make(1, {}), Make(2, {}), Make(3, {})});
  EXPECT_EQ(directory.Range(ProfileId{0}, 2).size(), 2u);
  EXPECT_EQ(directory.Range(ProfileId{2}, 2).front()->id, ProfileId{3});
  EXPECT_TRUE(directory.Range(ProfileId{3}, 2).empty());
}

TEST(DirectoryTest, LetsGoOfHistoriesThatWereNotUsedForLongest) {
  Directory directory;
  directory.Apply({WithEvents(1, 100), WithEvents(2, 100), WithEvents(3, 100)});
  const Directory::Usage all = directory.usage();
  EXPECT_EQ(all.histories, 3);
  directory.LimitHistories(all.history_bytes);
  EXPECT_EQ(directory.usage().histories, 3) << "so much is allowed";
  directory.LimitHistories(all.history_bytes - 1);
  EXPECT_EQ(directory.usage().histories, 2);
  EXPECT_EQ(directory.Find(ProfileId{1})->history, nullptr);
  directory.Apply({WithEvents(2, 100)});
  directory.LimitHistories(all.history_bytes / 3);
  EXPECT_NE(directory.Find(ProfileId{2})->history, nullptr) << "used last";
  EXPECT_EQ(directory.usage().history_bytes, all.history_bytes / 3);
  directory.LimitHistories(0);
  EXPECT_EQ(directory.usage().history_bytes, 0);
}

TEST(DeadlinesTest, AProfileHasOneWhichIsSetAnew) {
  Deadlines deadlines =
      With({Due(1, {5}), Due(2, {3}), Due(3, Instant::Forever())});
  EXPECT_EQ(deadlines.size(), 2u);
  EXPECT_EQ(deadlines.next(), Instant{3});
  EXPECT_TRUE(deadlines.Due({2}, 10).empty());
  EXPECT_EQ(deadlines.Due({3}, 10), std::vector<ProfileId>{ProfileId{2}});
  deadlines.Set(*Due(2, {7}));
  EXPECT_EQ(deadlines.size(), 2u);
  EXPECT_EQ(deadlines.Due({9}, 1), std::vector<ProfileId>{ProfileId{1}});
  deadlines.Remove(ProfileId{1});
  deadlines.Set(*Due(2, Instant::Forever()));
  EXPECT_EQ(deadlines.next(), Instant::Forever());
}

TEST(DeadlinesTest, ExitsGoBeforeEntriesOfTheSameInstant) {
  const Deadlines deadlines =
      With({Due(1, {5}), Due(2, {5}, /*leaves=*/true), Due(3, {4})});
  EXPECT_EQ(deadlines.Due({5}, 10),
            (std::vector<ProfileId>{ProfileId{3}, ProfileId{2}, ProfileId{1}}));
}

TEST(DeadlinesTest, TellsWhatIsStillDueWithoutSome) {
  const Deadlines deadlines = With({Due(1, {5}), Due(2, {6}), Due(3, {9})});
  const auto is_first = [](ProfileId id) { return id == ProfileId{1}; };
  EXPECT_EQ(deadlines.StillDue({8}, is_first), Instant{6});
  EXPECT_EQ(deadlines.StillDue({5}, is_first), Instant::Forever());
}

}  // namespace
}  // namespace audienced
