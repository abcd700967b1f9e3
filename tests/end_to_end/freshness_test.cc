// Whether the daemon says how it is, and what became of events.

#include <gtest/gtest.h>

#include <thread>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool HasLine(const std::string& text, const std::string& line) {
  return Contains("\n" + text, "\n" + line + "\n");
}

std::string EventsLine(const std::string& outcome, const std::string& reason,
                       const std::string& origin, int count) {
  return "audienced_events_total{outcome=\"" + outcome + "\",reason=\"" +
         reason + "\",origin=\"" + origin + "\"} " + std::to_string(count);
}

class FreshnessTest : public testing::Test {
 protected:
  FreshnessTest()
      : daemon_(folder_.path() + "/data", {"AUDIENCED_MAX_LAG=1s"}) {}

  void SetUp() override {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
  }

  v1::IngestEventsResponse Send(const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    const grpc::Status status = client_->Ingest(events, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  bool IsReady() {
    return HttpGet(daemon_, "/readyz").starts_with("HTTP/1.1 200");
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
};

// Someone else's session locks a table: the commit neither fails nor ends.
TEST_F(FreshnessTest, ACommitThatHangsMakesItNotReadyUntilItIsDone) {
  EXPECT_TRUE(IsReady());
  EXPECT_EQ(HealthOf(daemon_), "SERVING");
  CommandOutput status = Audiencectl(daemon_, "status");
  EXPECT_EQ(status.exit_code, 0) << status.text;
  EXPECT_TRUE(status.text.starts_with("ready\n")) << status.text;

  Send({MakeEvent("1", "view_item", "ann", absl::Now())});
  auto lock = std::make_unique<TableLock>(daemon_, "event");
  std::thread sender(
      [&] { Send({MakeEvent("2", "view_item", "ann", absl::Now())}); });
  EXPECT_TRUE(Eventually([&] { return !IsReady(); }));
  const std::string reason = HttpGet(daemon_, "/readyz");
  EXPECT_TRUE(Contains(reason, "behind; at most 1s is wanted")) << reason;
  EXPECT_TRUE(Eventually([&] { return HealthOf(daemon_) == "NOT_SERVING"; }));
  EXPECT_TRUE(HttpGet(daemon_, "/livez").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(HasLine(HttpGet(daemon_, "/metrics"), "audienced_ready 0"));
  status = Audiencectl(daemon_, "status");
  EXPECT_EQ(status.exit_code, 5) << status.text;
  EXPECT_TRUE(status.text.starts_with("not ready: ")) << status.text;

  lock.reset();
  sender.join();
  EXPECT_TRUE(Eventually([&] { return IsReady(); }));
  EXPECT_TRUE(Eventually([&] { return HealthOf(daemon_) == "SERVING"; }));
  EXPECT_TRUE(HasLine(HttpGet(daemon_, "/metrics"), "audienced_ready 1"));
  EXPECT_EQ(Audiencectl(daemon_, "status").exit_code, 0);
}

// Another daemon could have the lock by now; nobody asks anything meanwhile.
TEST_F(FreshnessTest, AnIdleDaemonNoticesThatItsSessionIsGone) {
  constexpr std::string_view kBack = "the database is back";
  for (int times = 1; times <= 2; ++times) {
    EXPECT_EQ(Ask(daemon_,
                  "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
                  "WHERE locktype = 'advisory'"),
              "t");
    EXPECT_TRUE(Eventually([&] {
      const std::string log = daemon_.Log();
      size_t found = 0;
      for (size_t at = log.find(kBack); at != std::string::npos;
           at = log.find(kBack, at + 1)) {
        ++found;
      }
      return found == static_cast<size_t>(times);
    })) << daemon_.Log();
    EXPECT_TRUE(Eventually([&] { return IsReady(); }));
    EXPECT_EQ(Ask(daemon_,
                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"),
              "1");
  }
}

// The next one too, while the daemon has hardly come back.
TEST_F(FreshnessTest, ASessionThatGoesTwiceInARowIsNoticedTwice) {
  const auto holders = [&] {
    return Ask(daemon_,
               "SELECT coalesce(min(pid), 0) FROM pg_locks WHERE locktype = "
               "'advisory'");
  };
  const std::string first = holders();
  std::string last = first;
  for (int times = 0; times < 2; ++times) {
    ASSERT_TRUE(Eventually([&] {
      const std::string next = holders();
      if (next == "0" || (times > 0 && next == first)) return false;
      return last = next, true;
    }));
    Ask(daemon_, "SELECT pg_terminate_backend(" + last + ", 5000)");
  }
  EXPECT_TRUE(Eventually([&] {
    const std::string now = holders();
    return now != "0" && now != first && now != last && IsReady();
  })) << daemon_.Log();
}

TEST_F(FreshnessTest, WhatBecameOfEventsIsCountedByOriginAndReason) {
  const absl::Time now = absl::Now();
  v1::Event nameless = MakeEvent("n", "", "ann", now);
  Send({MakeEvent("1", "view_item", "ann", now),
        MakeEvent("2", "view_item", "ann", now - absl::Hours(2)),
        MakeEvent("1", "view_item", "ann", now),
        MakeEvent("3", "view_item", "ann", now + absl::Hours(1)), nameless});
  v1::IngestEventsRequest request;
  request.set_origin("pos");
  *request.add_events() = MakeEvent("1", "view_item", "ann", now);
  *request.add_events() = nameless;
  v1::IngestEventsResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(
      client_->events().IngestEvents(&context, request, &response).ok());
  // What is only asked about is not counted.
  request.set_validate_only(true);
  grpc::ClientContext asking;
  ASSERT_TRUE(client_->events().IngestEvents(&asking, request, &response).ok());

  const std::string metrics = HttpGet(daemon_, "/metrics");
  for (const std::string& line :
       {EventsLine("stored", "", "default", 2),
        EventsLine("duplicate", "", "default", 1),
        EventsLine("refused", "FUTURE_EVENT", "default", 1),
        EventsLine("refused", "MISSING_EVENT_NAME", "default", 1),
        EventsLine("stored", "", "pos", 1),
        EventsLine("refused", "MISSING_EVENT_NAME", "pos", 1),
        std::string("audienced_late_events_total{origin=\"default\"} 1")}) {
    EXPECT_TRUE(HasLine(metrics, line)) << line << "\n" << metrics;
  }
  const std::string screen = Audiencectl(daemon_, "status").text;
  for (const char* line :
       {"     2     1  stored     default", "     1     0  duplicate  default",
        "     1     0  refused    default  future_event",
        "     1     0  refused    default  missing_event_name",
        "     1     0  refused    pos      missing_event_name"}) {
    EXPECT_TRUE(HasLine(screen, line)) << line << "\n" << screen;
  }
}

TEST_F(FreshnessTest, StatusTellsHowFarWatchesAre) {
  grpc::ClientContext context;
  v1::WatchMembershipsRequest request;
  request.add_audiences("ebook-leads");
  auto watch = client_->audiences().WatchMemberships(&context, request);
  v1::WatchMembershipsResponse response;
  ASSERT_TRUE(watch->Read(&response));
  std::string screen;
  EXPECT_TRUE(Eventually([&] {
    screen = Audiencectl(daemon_, "status").text;
    return Contains(screen, "     0     0  2");
  })) << screen;
  EXPECT_TRUE(Contains(screen, "  ebook-leads\n")) << screen;
  EXPECT_TRUE(HasLine(screen, "watches     1")) << screen;
  const std::string json = Audiencectl(daemon_, "status --output json").text;
  EXPECT_TRUE(Contains(json, R"("is_private":true)")) << json;
  EXPECT_TRUE(Contains(json, R"("fresh":true)")) << json;
  context.TryCancel();
  watch->Finish();
}

}  // namespace
}  // namespace audienced
