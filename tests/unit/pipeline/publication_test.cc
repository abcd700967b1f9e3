// What of an audience is published: status, minimum size, control share.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/unit/pipeline/publication_scene.h"

namespace audienced {
namespace {

constexpr char kWho[] =
    "who: { all: [{ did: carted }, { did_not: purchased }] }";

std::string Audience(const std::string& keys) {
  return absl::StrCat("  tested: { ", kWho, keys, " }\n");
}

TEST(MinimumSizeTest, OpensAtTheSizeWithEveryone) {
  PublicationScene scene(Audience(", minimum_size: 3"));
  EXPECT_EQ(scene.Cart("ann"), "");
  EXPECT_EQ(scene.Cart("bob"), "");
  EXPECT_EQ(scene.tally().members, 2);
  EXPECT_EQ(scene.tally().published, 0);
  EXPECT_EQ(scene.Cart("cay"),
            "ann entered size\nbob entered size\ncay entered event\n");
  EXPECT_EQ(scene.tally().published, 3);
}

TEST(MinimumSizeTest, ClosesBelowFourFifthsAndOpensAtTheWholeSizeAgain) {
  PublicationScene scene(Audience(", minimum_size: 5"));
  for (const char* person : {"a", "b", "c", "d", "e"}) scene.Cart(person);
  EXPECT_EQ(scene.tally().published, 5);
  EXPECT_EQ(scene.Buy("a"), "a left event\n") << "four of five are enough";
  EXPECT_EQ(scene.Buy("b"),
            "b left event\nc left size\nd left size\ne left size\n");
  EXPECT_EQ(scene.Cart("f"), "") << "four do not open it again";
  EXPECT_EQ(scene.tally().members, 4);
  EXPECT_EQ(scene.Cart("g"),
            "c entered size\nd entered size\ne entered size\n"
            "f entered size\ng entered event\n");
}

TEST(MinimumSizeTest, NewRulesWithASmallerBoundPublishEveryone) {
  PublicationScene scene(Audience(", minimum_size: 3"));
  scene.Cart("ann");
  scene.Cart("bob");
  scene.Use(Audience(", minimum_size: 2"));
  EXPECT_EQ(scene.published(), "ann entered rules\nbob entered rules\n");
}

TEST(MinimumSizeTest, TheControlShareDoesNotCount) {
  PublicationScene scene(Audience(", minimum_size: 1, holdout: 100%"));
  EXPECT_EQ(scene.Cart("ann"), "");
  EXPECT_EQ(scene.tally().members, 0);
  EXPECT_EQ(scene.tally().held_out, 1);
}

// In for an hour after a view, and again for an hour three hours later.
TEST(BacklogTest, AnExitAndAnEntryThatAreBothOverdueAreTold) {
  PublicationScene scene(
      "  tested: { who: { any: [{ did: viewed, in_last: 1h }, "
      "{ all: [{ did: viewed, in_last: 5h }, "
      "{ did_not: viewed, in_last: 4h }] }] } }\n");
  scene.At(0);
  EXPECT_EQ(scene.View("ann"), "ann entered event\n");
  EXPECT_EQ(scene.WakeAt(4 * 3'600 + 60), "ann left time\n");
  EXPECT_EQ(scene.WakeAt(4 * 3'600 + 60), "ann entered time\n");
  EXPECT_EQ(scene.WakeAt(6 * 3'600), "ann left time\n");
}

TEST(PausedTest, PublishesNoEntryAndNoExitButThatOfConsent) {
  const std::string consent = ", consent: [email]";
  PublicationScene scene(Audience(consent));
  for (const char* person : {"ann", "bob", "cay"}) {
    scene.Consent(person, true);
    EXPECT_EQ(scene.Cart(person), absl::StrCat(person, " entered event\n"));
  }
  scene.Use(Audience(consent + ", status: paused"));
  EXPECT_EQ(scene.published(), "");
  EXPECT_EQ(scene.Buy("ann"), "");
  scene.Consent("dan", true);
  EXPECT_EQ(scene.Cart("dan"), "");
  EXPECT_EQ(scene.Consent("bob", false), "bob left consent\n");
  EXPECT_EQ(scene.Consent("ann", false), "ann left consent\n")
      << "she was still published";
  scene.Use(Audience(consent));
  EXPECT_EQ(scene.published(), "dan entered rules\n") << "the net difference";
}

TEST(PausedTest, ResumingPublishesAnExitByTimeWithTheCauseRules) {
  const auto audience = [](const std::string& keys) {
    return "  tested: { who: { did: carted, in_last: 1h }" + keys + " }\n";
  };
  PublicationScene scene(audience(""));
  scene.Cart("ann");
  scene.Use(audience(", status: paused"));
  scene.At(10'000);
  scene.Use(audience(""));
  EXPECT_EQ(scene.published(), "ann left rules\n");
}

TEST(ControlShareTest, IsCountedAndNeverPublished) {
  PublicationScene scene(Audience(""));
  EXPECT_EQ(scene.Cart("ann"), "ann entered event\n");
  EXPECT_EQ(scene.tally().members, 1);
  scene.Use(Audience(", holdout: 100%"));
  EXPECT_EQ(scene.published(), "ann left rules\n");
  EXPECT_EQ(scene.tally().held_out, 1);
  scene.Buy("ann");
  EXPECT_EQ(scene.tally().held_out, 0);
}

TEST(DraftTest, IsCountedAndNotPublished) {
  PublicationScene scene(Audience(", status: draft"));
  EXPECT_EQ(scene.Cart("ann"), "");
  EXPECT_EQ(scene.tally().members, 1);
  EXPECT_EQ(scene.tally().published, 0);
  scene.Use(Audience(""));
  EXPECT_EQ(scene.published(), "ann entered rules\n");
  scene.Use(Audience(", status: draft"));
  EXPECT_EQ(scene.published(), "ann left rules\n");
}

}  // namespace
}  // namespace audienced
