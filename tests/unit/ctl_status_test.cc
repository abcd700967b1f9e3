// The screen of `audiencectl status`.

#include <gtest/gtest.h>

#include "daemon/ctl/text/status_text.h"
#include "google/protobuf/text_format.h"

namespace audienced {
namespace {

v1::GetStatusResponse Parse(const std::string& text) {
  v1::GetStatusResponse message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(StatusScreen, ShowsWhatThereIs) {
  EXPECT_EQ(
      StatusScreen(Parse(R"(
          version: "1.2.0"
          start_time { seconds: 1772000000 }
          current_time { seconds: 1772093600 }
          database { id: "6f96" is_private: true }
          freshness {
            fresh: true
            evaluated_through_time { seconds: 1772093600 nanos: 250000000 }
            lag {} max_lag { seconds: 10 }
          }
          rules {
            version: 3 applied_time { seconds: 1772000000 }
            load_state: LOAD_STATE_REBUILDING
            rebuild { moved_count: 2000 total_count: 1234567 }
          }
          profile_count: 1234567
          histories {
            resident_count: 1000000 cold_count: 234567
            memory_bytes: 1073741824 memory_limit_bytes: 1073741824
          }
          pending_deadline_count: 12 queued_event_count: 7
          queued_event_limit: 20000 commit_count: 9 change_count: 4321
          events { origin: "web" outcome: OUTCOME_STORED count: 1500
                   late_count: 3 }
          events { origin: "web" outcome: OUTCOME_REFUSED
                   reason: ERROR_REASON_FUTURE_EVENT count: 1 }
          watches { audiences: "a" audiences: "b" lag_changes: 17
                    sent_change_count: 4000
                    start_time { seconds: 1772000000 } }
          watches { start_time { seconds: 1772000060 } }
          change_log { retention { seconds: 172800 } }
          watch_count: 2)"),
                   Color::kNever),
      "ready\n"
      "process     audienced 1.2.0, runs since 2026-02-25T06:13:20Z (1d2h)\n"
      "database    private, 6f96\n"
      "rules       version 3, in force since 2026-02-25T06:13:20Z; 2,000 of "
      "1,234,567 profiles have moved\n"
      "evaluated   through 2026-02-26T08:13:20.25Z, 0ms behind (at most 10s is "
      "wanted)\n"
      "profiles    1,234,567\n"
      "histories   1,000,000 in memory (1,024 of 1,024 MiB), 234,567 in the "
      "database alone\n"
      "deadlines   12\n"
      "queue       7 of 20,000 events\n"
      "published   4,321 changes in 9 commits\n"
      "log         0 changes, kept for 2d\n"
      "watches     2\n"
      "\n"
      "EVENTS  LATE  OUTCOME  ORIGIN  REASON\n"
      " 1,500     3  stored   web\n"
      "     1     0  refused  web     future_event\n"
      "\n"
      "BEHIND   SENT  WATCH SINCE           AUDIENCES\n"
      "    17  4,000  2026-02-25T06:13:20Z  a b\n"
      "     0      0  2026-02-25T06:14:20Z  all\n");
}

TEST(StatusScreen, ShowsWhoIsBehind) {
  const std::string screen = StatusScreen(Parse(R"(
      watches { start_time { seconds: 1772000060 } reads_log: true }
      watch_count: 1
      change_log {
        change_count: 4000 oldest_time { seconds: 1772000000 }
        retention { seconds: 172800 }
      }
      subscriptions {
        name: "crm" client: "mailer" lag_changes: 1200
        state: STATE_EXPIRED acknowledge_time { seconds: 1772000000 }
      }
      subscription_count: 1)"),
                                          Color::kNever);
  EXPECT_NE(screen.find("log         4,000 changes since 2026-02-25T06:13:20Z, "
                        "kept for 2d\n"),
            std::string::npos)
      << screen;
  EXPECT_TRUE(screen.ends_with(
      "BEHIND  SENT  WATCH SINCE           AUDIENCES\n"
      "     0     0  2026-02-25T06:14:20Z  all (reads the log)\n"
      "\n"
      "BEHIND  FOR  ACKNOWLEDGED          STATE    SUBSCRIPTION  CLIENT  "
      "AUDIENCES\n"
      " 1,200    -  2026-02-25T06:13:20Z  expired  crm           mailer  "
      "all\n"))
      << screen;
}

TEST(StatusScreen, SaysFirstWhatIsWrong) {
  const std::string screen = StatusScreen(Parse(R"(
      freshness {
        reason: "the database cannot be reached; nothing was stored"
        last_fault: "the database cannot be reached; nothing was stored"
        last_fault_time { seconds: 1772000000 }
      }
      rules { load_state: LOAD_STATE_HELD_BACK })"),
                                          Color::kNever);
  EXPECT_TRUE(screen.starts_with(
      "not ready: the database cannot be reached; nothing was stored\n"))
      << screen;
  EXPECT_NE(screen.find("version 0; the last that were read wait to be "
                        "confirmed\n"),
            std::string::npos)
      << screen;
  EXPECT_NE(screen.find("last fault  2026-02-25T06:13:20Z, the database cannot "
                        "be reached; nothing was stored\n"),
            std::string::npos)
      << screen;
}

}  // namespace
}  // namespace audienced
