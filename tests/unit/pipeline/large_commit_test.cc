// A commit of so many profiles that several threads evaluate them.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/pipeline/publication_scene.h"

namespace audienced {
namespace {

constexpr char kCartAudiences[] =
    "  abandoned: { who: { sequence: [{ did: carted }, { did_not: purchased, "
    "for: 1h }] } }\n"
    "  carted: { who: { did: carted } }\n";

constexpr int kPersons = 300;

std::string PersonOf(int number) { return absl::StrCat("p", number); }

// What is published of each who is a multiple of `step`, a line a change.
std::string OfEvery(int step, const std::string& change) {
  std::string lines;
  for (int i = 0; i < kPersons; i += step) {
    absl::StrAppend(&lines, PersonOf(i), " ", change, "\n");
  }
  return lines;
}

class LargeCommitTest : public testing::Test {
 protected:
  LargeCommitTest() {
    scene_.At(1'000);
    for (int i = 0; i < kPersons; ++i) {
      // Of every third a long history, of every fifth a cart.
      for (int j = 0; i % 3 == 0 && j < 4; ++j) scene_.View(PersonOf(i));
      if (i % 5 == 0) {
        scene_.Cart(PersonOf(i));
      } else {
        scene_.View(PersonOf(i));
      }
    }
  }

  PublicationScene scene_{kCartAudiences};
};

TEST_F(LargeCommitTest, PublishesEveryoneOnceInTheOrderOfNumbers) {
  EXPECT_EQ(scene_.WakeAt(1'000 + 3'600),
            OfEvery(5, "entered time in abandoned"));
  EXPECT_EQ(scene_.tallies()[0].members, kPersons / 5);
  EXPECT_EQ(scene_.tallies()[0].published, kPersons / 5);
  EXPECT_EQ(scene_.tallies()[1].members, kPersons / 5);
}

TEST_F(LargeCommitTest, CountsWhoMovesToOtherRules) {
  scene_.Use("  viewed: { who: { did: viewed } }\n");
  std::string expected;
  for (int i = 0; i < kPersons; ++i) {
    if (i % 5 == 0) {
      absl::StrAppend(&expected, PersonOf(i), " left rules\n");
    }
    if (i % 5 != 0 || i % 3 == 0) {
      absl::StrAppend(&expected, PersonOf(i), " entered rules\n");
    }
  }
  EXPECT_EQ(scene_.published(), expected);
  EXPECT_EQ(scene_.tally().members, kPersons - kPersons / 5 + kPersons / 15);
  EXPECT_EQ(scene_.tally().published, scene_.tally().members);
}

}  // namespace
}  // namespace audienced
