// A daemon that keeps histories for 30 days: who leaves when events count no
// more, what is dropped, and what outlives it.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr absl::Duration kRetention = absl::Hours(30 * 24);
constexpr absl::Duration kStay = absl::Hours(2 * 24);
constexpr absl::Duration kTick = absl::Microseconds(1);

constexpr char kRules[] = R"(version: 1
conversions:
  purchased: { kind: macro, event: purchase }
consents: { email: denied }
audiences:
  buyers: { who: { did: purchased } }
  stayers: { who: { did: purchased }, stay: 2d }
  old: { who: { known_for: 1d } }
  pros: { who: { trait: { plan: pro } } }
  readers: { who: { trait: { plan: pro } }, consent: [email] }
)";

class RetentionTest : public StoreTest {
 protected:
  RetentionTest() {
    std::ofstream(folder_.path() + "/rules.yaml") << kRules;
    SetClock(start_);
    MakeDaemon("30d");
  }

  void MakeDaemon(const std::string& retention) {
    daemon_ = std::make_unique<DaemonProcess>(
        folder_.path() + "/data",
        std::vector<std::string>{
            "AUDIENCED_TEST_CLOCK=" + folder_.path() + "/clock",
            "AUDIENCED_DATABASE=" + url(), "AUDIENCED_RETENTION=" + retention,
            "AUDIENCED_CHANGE_LOG_RETENTION=36500d"},
        folder_.path());
  }

  // Ends the test where that fails.
  void Start() {
    if (!daemon_->Start()) throw std::runtime_error(daemon_->Log());
    client_ = std::make_unique<Client>(daemon_->channel());
  }

  void SetClock(absl::Time now) {
    const std::string file = folder_.path() + "/clock";
    std::ofstream(file + ".part")
        << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now, absl::UTCTimeZone());
    std::rename((file + ".part").c_str(), file.c_str());
  }

  // Until `sql` answers `wanted`; what it answered last.
  std::string Await(const std::string& sql, const std::string& wanted) {
    std::string answer;
    for (int i = 0; i < 3000 && answer != wanted; ++i) {
      if (i > 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      answer = Ask(sql);
    }
    return answer;
  }

  // The sorted members of `audience`, by the identifier that they came with.
  std::string Members(const std::string& audience) {
    return Ask(MembersSql(audience));
  }
  static std::string MembersSql(const std::string& audience) {
    return absl::StrCat(
        "SELECT coalesce(string_agg(substr(key, 9), ' ' ORDER BY key), '') "
        "FROM audienced.membership JOIN audienced.profile USING (profile_id) "
        "WHERE left_sequence IS NULL AND audience = '",
        audience, "'");
  }

  // What was published last of `user` in `audience`: `left time 2026-04-09...`.
  std::string Last(const std::string& user, const std::string& audience) {
    return Ask(absl::StrCat(
        "SELECT concat_ws(' ', kind, cause, effective_at AT TIME ZONE 'UTC') "
        "FROM audienced.change JOIN audienced.profile USING (profile_id) "
        "WHERE key = 'user_id:",
        user, "' AND audience = '", audience,
        "' ORDER BY sequence DESC LIMIT 1"));
  }

  v1::EventResult Send(v1::Event event) {
    v1::IngestEventsResponse response;
    const grpc::Status status = client_->Ingest({std::move(event)}, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return status.ok() ? response.results(0) : v1::EventResult();
  }

  v1::Event Purchase(const std::string& id, const std::string& user,
                     absl::Time occurred) {
    return MakeEvent(id, "purchase", user, occurred);
  }

  // That `user` has the plan pro and agrees to e-mails.
  v1::Event Identify(const std::string& id, const std::string& user,
                     absl::Time occurred) {
    v1::Event event = MakeEvent(id, "$identify", user, occurred);
    v1::Consent& consent = *event.add_consents();
    consent.set_purpose("email");
    consent.set_state(v1::Consent::STATE_GRANTED);
    v1::Property& trait = *event.add_traits();
    trait.set_name("plan");
    trait.set_text("pro");
    return event;
  }

  static std::string Text(absl::Time time) {
    return absl::FormatTime("%Y-%m-%d %H:%M:%E*S", time, absl::UTCTimeZone());
  }

  const TestFolder folder_;
  const absl::Time start_ = absl::FromCivil(
      absl::CivilSecond(2026, 3, 10, 9, 0, 0), absl::UTCTimeZone());
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<Client> client_;
};

TEST_F(RetentionTest, WhoeverIsInByAnEventLeavesWhenItCountsNoMore) {
  Start();
  Send(Purchase("1", "ann", start_));
  Send(Purchase("2", "bob", start_ - kDay));
  EXPECT_EQ(Members("buyers"), "ann bob");
  SetClock(start_ - kDay + kRetention - kTick);
  EXPECT_EQ(Send(Purchase("3", "eve", start_)).status(),
            v1::EventResult::STATUS_ACCEPTED);
  EXPECT_EQ(Members("buyers"), "ann bob eve");
  SetClock(start_ - kDay + kRetention);
  EXPECT_EQ(Await(MembersSql("buyers"), "ann eve"), "ann eve");
  EXPECT_EQ(Last("bob", "buyers"),
            absl::StrCat("left time ", Text(start_ - kDay + kRetention)));

  // Of ann and eve while the daemon is down.
  daemon_->Kill();
  SetClock(start_ + kRetention + kStay + kDay);
  Start();
  EXPECT_EQ(Members("buyers"), "");
  EXPECT_EQ(Members("stayers"), "");
  EXPECT_EQ(Last("ann", "buyers"),
            absl::StrCat("left time ", Text(start_ + kRetention)));
  EXPECT_EQ(Last("ann", "stayers"),
            absl::StrCat("left time ", Text(start_ + kRetention + kStay)));
  // Bought again: in again, the second time.
  Send(Purchase("4", "ann", start_ + kRetention));
  EXPECT_EQ(Members("buyers"), "ann");
}

TEST_F(RetentionTest, WhatIsBeyondItIsRefusedButForTraitsAndConsents) {
  Start();
  const absl::Time edge = start_ - kRetention;
  EXPECT_EQ(Send(Purchase("1", "ann", edge + kTick)).status(),
            v1::EventResult::STATUS_ACCEPTED);
  const v1::EventResult refused = Send(Purchase("2", "bob", edge));
  EXPECT_EQ(refused.status(), v1::EventResult::STATUS_REFUSED);
  EXPECT_EQ(refused.reason(), v1::ERROR_REASON_BEYOND_RETENTION);
  EXPECT_EQ(refused.field(), "occurred_time");
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.profile"), "1")
      << "an event that is refused makes nobody known";

  EXPECT_EQ(Send(Identify("3", "bob", edge)).reason(),
            v1::ERROR_REASON_BEYOND_RETENTION);
  for (const bool restarts : {false, true}) {
    if (restarts) {
      daemon_->Kill();
      Start();
    }
    EXPECT_EQ(Members("pros"), "bob");
    EXPECT_EQ(Members("readers"), "bob");
    EXPECT_EQ(Members("old"), "ann bob");
    EXPECT_EQ(Members("buyers"), "ann");
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.event"), "1");
}

TEST_F(RetentionTest, MonthsAreDroppedOnceNothingLooksBackToThem) {
  const std::string partitions =
      "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM "
      "pg_class WHERE relkind = 'r' AND relname ~ '^event_2'";
  Start();
  Send(Purchase("1", "ann", start_));
  Send(Identify("2", "ann", start_ + kTick));
  const absl::Time april =
      absl::FromCivil(absl::CivilSecond(2026, 4, 1), absl::UTCTimeZone());
  SetClock(april);
  Send(Purchase("3", "bob", april));
  EXPECT_EQ(Ask(partitions), "event_2026_03 event_2026_04");
  SetClock(april + kRetention + kStay - kTick);
  EXPECT_EQ(Send(Purchase("4", "cat", april + 3 * kDay)).status(),
            v1::EventResult::STATUS_ACCEPTED);
  EXPECT_EQ(Ask(partitions), "event_2026_03 event_2026_04");

  SetClock(april + kRetention + kStay);
  EXPECT_EQ(Await(partitions, "event_2026_04"), "event_2026_04");
  EXPECT_EQ(Ask("SELECT events_from AT TIME ZONE 'UTC' FROM "
                "audienced.instance"),
            Text(april));
  for (const bool restarts : {false, true}) {
    if (restarts) {
      daemon_->Kill();
      Start();
    }
    EXPECT_EQ(Members("old"), "ann bob cat");
    EXPECT_EQ(Members("pros"), "ann");
    EXPECT_EQ(Members("readers"), "ann");
    EXPECT_EQ(Ask("SELECT count(*) FROM audienced.change WHERE kind = "
                  "'renewed'"),
              "0");
    // It cannot come in again, whether or not memory has it still.
    EXPECT_NE(Send(Purchase("1", "ann", start_)).status(),
              v1::EventResult::STATUS_ACCEPTED);
    EXPECT_EQ(Members("buyers"), "cat");
  }

  // The rest of April goes while the daemon is down.
  daemon_->Kill();
  SetClock(april + 2 * kRetention + kStay);
  Start();
  EXPECT_EQ(Await(partitions, ""), "");
  EXPECT_EQ(Members("pros"), "ann");
}

TEST_F(RetentionTest, AStartWithLessThanTheRulesNeedIsRefused) {
  std::ofstream(folder_.path() + "/rules.yaml")
      << "version: 1\naudiences:\n  lately:\n"
         "    who: { did: { event: purchase }, in_last: 20d }\n";
  Start();
  daemon_->Stop();
  MakeDaemon("19d");
  ASSERT_FALSE(daemon_->Start());
  EXPECT_NE(daemon_->Log().find("the window reaches back 20d"),
            std::string::npos)
      << daemon_->Log();
  EXPECT_NE(daemon_->Log().find("lately"), std::string::npos);
  MakeDaemon("20d");
  Start();
}

}  // namespace
}  // namespace audienced
