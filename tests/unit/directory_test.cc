#include "daemon/pipeline/directory.h"

#include <gtest/gtest.h>

#include "daemon/pipeline/deadlines.h"

namespace audienced {
namespace {

Directory::ProfilePtr Make(int64_t number,
                           std::vector<Identifier> identifiers) {
  return std::make_shared<Profile>(Profile{static_cast<ProfileId>(number),
                                           0,
                                           "user_id:x",
                                           std::move(identifiers),
                                           {},
                                           nullptr,
                                           History(0, 0),
                                           {},
                                           Instant::Forever()});
}

TEST(DirectoryTest, FindsByNumberAndByEveryIdentifier) {
  Directory directory;
  directory.Apply({Make(1, {{"user_id", "ann"}})});
  directory.Apply({Make(2, {{"user_id", "bob"}}),
                   Make(1, {{"user_id", "ann"}, {"email", "a@x.org"}})});
  EXPECT_EQ(directory.size(), 2);
  EXPECT_EQ(directory.FindId({"email", "a@x.org"}), ProfileId{1});
  EXPECT_EQ(directory.Find(Identifier{"user_id", "bob"})->id, ProfileId{2});
  EXPECT_EQ(directory.Find(ProfileId{3}), nullptr);
  EXPECT_EQ(directory.Find(ProfileId{0}), nullptr);
  EXPECT_FALSE(directory.FindId({"email", "ann"}).has_value());
}

TEST(DirectoryTest, RangesAreInOrderAndEnd) {
  Directory directory;
  directory.Apply({Make(1, {}), Make(2, {}), Make(3, {})});
  EXPECT_EQ(directory.Range(ProfileId{0}, 2).size(), 2u);
  EXPECT_EQ(directory.Range(ProfileId{2}, 2).front()->id, ProfileId{3});
  EXPECT_TRUE(directory.Range(ProfileId{3}, 2).empty());
}

TEST(DeadlinesTest, WhatIsDueComesOutAndTheRestStays) {
  Deadlines deadlines;
  deadlines.Add({5}, ProfileId{1});
  deadlines.Add({3}, ProfileId{2});
  deadlines.Add(Instant::Forever(), ProfileId{3});
  EXPECT_EQ(deadlines.size(), 2u);
  EXPECT_EQ(deadlines.next(), Instant{3});
  EXPECT_TRUE(deadlines.TakeDue({2}, 10).empty());
  EXPECT_EQ(deadlines.TakeDue({3}, 10), std::vector<ProfileId>{ProfileId{2}});
  EXPECT_EQ(deadlines.TakeDue({9}, 10), std::vector<ProfileId>{ProfileId{1}});
  EXPECT_EQ(deadlines.next(), Instant::Forever());
}

}  // namespace
}  // namespace audienced
