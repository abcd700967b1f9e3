// What of an audience is published: status, minimum size, control share.

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/pipeline/commit_builder.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr int64_t kSecond = 1'000'000;

// A pipeline without clock and database: what is committed is applied.
class Scene {
 public:
  explicit Scene(const std::string& audiences) { Use(audiences); }

  // Puts other rules in force, as a rebuild does.
  void Use(const std::string& audiences) {
    Loaded loaded = Load(ShopWith(audiences));
    EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
    projection_ = std::make_shared<Projection>(
        CompiledRulebook::Compile(std::move(loaded.rulebook)));
    tallies_.assign(projection_->rulebook().audience_count(), Tally());
    for (Tally& tally : tallies_) tally.open = false;
    const auto known = directory_.Range({}, 1000);
    for (const Directory::ProfilePtr& profile : known) {
      for (const AudienceMembership& each : profile->memberships) {
        tallies_[each.audience].published += each.membership.member;
      }
    }
    for (size_t i = 0; i < tallies_.size(); ++i) {
      tallies_[i].open =
          projection_->rulebook().audience(i).minimum_size == 0 ||
          tallies_[i].published > 0;
    }
    CommitBuilder builder = NewCommit();
    for (const Directory::ProfilePtr& profile : known) {
      EXPECT_TRUE(builder.Prepare({profile->id}).ok());
      builder.Touch(profile->id, Cause::kRules);
    }
    Finish(builder);
  }

  void At(int64_t second) { now_ = Instant{second * kSecond}; }

  std::string Cart(const std::string& person) {
    return Send(person, "add_to_cart", {});
  }
  std::string Buy(const std::string& person) {
    return Send(person, "purchase", {});
  }
  std::string Consent(const std::string& person, bool granted) {
    return Send(person, "$identify", {{"email", granted}});
  }

  // What the last commit published: `ann entered event`, one a line.
  const std::string& published() const { return published_; }
  const Tally& tally() const { return tallies_.front(); }

 private:
  std::string Send(const std::string& person, const std::string& name,
                   std::vector<std::pair<std::string, bool>> consents) {
    IncomingEvent incoming{{{"profile", person}}, {}};
    incoming.event.occurred_at = ToTime(now_);
    incoming.event.origin = "test";
    incoming.event.event_id = absl::StrCat(events_.size());
    incoming.event.name = name;
    incoming.event.consents = std::move(consents);
    events_.push_back(incoming);
    CommitBuilder builder = NewCommit();
    EXPECT_EQ(builder.Add(incoming, false).kind, EventOutcome::Kind::kStored);
    Finish(builder);
    return published_;
  }

  CommitBuilder NewCommit() {
    CommitBuilder::Options options;
    options.late_after = absl::Minutes(1);
    options.future_tolerance = absl::Minutes(10);
    CommitRules rules;
    rules.projection = projection_;
    rules.fresh.resize(projection_->rulebook().audience_count());
    return CommitBuilder(
        directory_, names_, rules, InstanceRecord(), tallies_, now_, options,
        [this](const std::vector<Directory::ProfilePtr>& profiles) {
          return ReadHistories(profiles);
        },
        [this](const std::vector<ProfileId>&, std::optional<Instant> instant) {
          std::vector<EventRecord> events;
          for (const IncomingEvent& each : events_) {
            if (instant && ToInstant(each.event.occurred_at) != *instant) {
              continue;
            }
            events.push_back({ProfileId{}, each.event});
          }
          return events;
        });
  }

  absl::StatusOr<Histories> ReadHistories(
      const std::vector<Directory::ProfilePtr>& profiles) {
    Histories histories;
    for (const Directory::ProfilePtr& profile : profiles) {
      auto history = std::make_shared<History>(projection_->NewHistory());
      for (const IncomingEvent& event : events_) {
        if (event.identifiers.front() != profile->identifiers.front()) continue;
        history->Insert(projection_->Project(event.event));
      }
      histories.push_back(std::move(history));
    }
    return histories;
  }

  void Finish(CommitBuilder& builder) {
    EXPECT_TRUE(builder.Evaluate().ok());
    published_.clear();
    for (const ChangeRecord& change : builder.rows().changes) {
      absl::StrAppend(&published_, change.identifiers.front().value, " ",
                      std::string(Name(change.change.kind)), " ",
                      std::string(Name(change.change.cause)), "\n");
    }
    tallies_ = builder.tallies();
    directory_.Apply(builder.TakeProfiles(), builder.rows().identifiers);
  }

  std::shared_ptr<Projection> projection_;
  Directory directory_;
  NameRegistry names_;
  std::vector<Tally> tallies_;
  std::vector<IncomingEvent> events_;
  Instant now_{1'000 * kSecond};
  std::string published_;
};

constexpr char kWho[] =
    "who: { all: [{ did: carted }, { did_not: purchased }] }";

std::string Audience(const std::string& keys) {
  return absl::StrCat("  tested: { ", kWho, keys, " }\n");
}

TEST(MinimumSizeTest, OpensAtTheSizeWithEveryone) {
  Scene scene(Audience(", minimum_size: 3"));
  EXPECT_EQ(scene.Cart("ann"), "");
  EXPECT_EQ(scene.Cart("bob"), "");
  EXPECT_EQ(scene.tally().members, 2);
  EXPECT_EQ(scene.tally().published, 0);
  EXPECT_EQ(scene.Cart("cay"),
            "ann entered size\nbob entered size\ncay entered event\n");
  EXPECT_EQ(scene.tally().published, 3);
}

TEST(MinimumSizeTest, ClosesBelowFourFifthsAndOpensAtTheWholeSizeAgain) {
  Scene scene(Audience(", minimum_size: 5"));
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
  Scene scene(Audience(", minimum_size: 3"));
  scene.Cart("ann");
  scene.Cart("bob");
  scene.Use(Audience(", minimum_size: 2"));
  EXPECT_EQ(scene.published(), "ann entered rules\nbob entered rules\n");
}

TEST(MinimumSizeTest, TheControlShareDoesNotCount) {
  Scene scene(Audience(", minimum_size: 1, holdout: 100%"));
  EXPECT_EQ(scene.Cart("ann"), "");
  EXPECT_EQ(scene.tally().members, 0);
  EXPECT_EQ(scene.tally().held_out, 1);
}

TEST(PausedTest, PublishesNoEntryAndNoExitButThatOfConsent) {
  const std::string consent = ", consent: [email]";
  Scene scene(Audience(consent));
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
  Scene scene(audience(""));
  scene.Cart("ann");
  scene.Use(audience(", status: paused"));
  scene.At(10'000);
  scene.Use(audience(""));
  EXPECT_EQ(scene.published(), "ann left rules\n");
}

TEST(ControlShareTest, IsCountedAndNeverPublished) {
  Scene scene(Audience(""));
  EXPECT_EQ(scene.Cart("ann"), "ann entered event\n");
  EXPECT_EQ(scene.tally().members, 1);
  scene.Use(Audience(", holdout: 100%"));
  EXPECT_EQ(scene.published(), "ann left rules\n");
  EXPECT_EQ(scene.tally().held_out, 1);
  scene.Buy("ann");
  EXPECT_EQ(scene.tally().held_out, 0);
}

TEST(DraftTest, IsCountedAndNotPublished) {
  Scene scene(Audience(", status: draft"));
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
