// Events that come late, too early, or more than once, on a clock that the test
// steps.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

class LateEarlyTwiceTest : public testing::Test {
 protected:
  LateEarlyTwiceTest()
      : clock_file_(folder_.path() + "/clock"),
        daemon_(folder_.path() + "/data",
                {"AUDIENCED_TEST_CLOCK=" + clock_file_}) {}

  void SetUp() override {
    SetClock(At("0m"));
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    cursor_ = Changes("").cursor();
    Send(MakeConsent("consent", "ann", At("0m")));
  }

  // `90m` after the start of the test.
  static absl::Time At(const std::string& text) {
    absl::Duration offset;
    EXPECT_TRUE(absl::ParseDuration(text, &offset)) << text;
    return absl::FromUnixSeconds(1'772'000'000) + offset;
  }

  void SetClock(absl::Time now) {
    const std::string part = clock_file_ + ".part";
    std::ofstream(part) << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now,
                                            absl::UTCTimeZone());
    std::rename(part.c_str(), clock_file_.c_str());
  }

  v1::EventResult Send(const v1::Event& event) {
    v1::IngestEventsResponse response;
    const grpc::Status status =
        Client(daemon_.channel()).Ingest({event}, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.results_size() == 1 ? response.results(0)
                                        : v1::EventResult();
  }

  v1::ListChangesResponse Changes(const std::string& cursor) {
    v1::ListChangesRequest request;
    request.add_audiences("cart-abandoners");
    request.set_cursor(cursor);
    v1::ListChangesResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(Client(daemon_.channel())
                    .audiences()
                    .ListChanges(&context, request, &response)
                    .ok());
    return response;
  }

  // The next change of cart-abandoners, once it is there: kind, cause,
  // effective and commit time after the start.
  std::string NextChange() {
    v1::ListChangesResponse response;
    if (!Eventually([&] {
          response = Changes(cursor_);
          return response.changes_size() > 0;
        })) {
      return "none";
    }
    cursor_ = response.cursor();
    std::string text;
    for (const v1::MembershipChange& change : response.changes()) {
      text += v1::ChangeKind_Name(change.kind()).substr(12) + " " +
              v1::Cause_Name(change.cause()).substr(6) + " " +
              Offset(change.effective_time()) + " " +
              Offset(change.commit_time());
    }
    return text;
  }

  // Whether everything is evaluated and nothing was published.
  bool NothingChanges(absl::Time through) {
    v1::ListChangesResponse response;
    const bool reached = Eventually([&] {
      response = Changes(cursor_);
      return absl::FromUnixSeconds(
                 response.evaluated_through_time().seconds()) >= through;
    });
    return reached && response.changes_size() == 0;
  }

  static std::string Offset(const google::protobuf::Timestamp& time) {
    return absl::FormatDuration(absl::FromUnixSeconds(time.seconds()) +
                                absl::Nanoseconds(time.nanos()) - At("0m"));
  }

  const TestFolder folder_;
  const std::string clock_file_;
  DaemonProcess daemon_;
  std::string cursor_;
};

TEST_F(LateEarlyTwiceTest, ALateEventCorrectsWhatWasPublishedAtOnce) {
  Send(MakeEvent("cart", "add_to_cart", "ann", At("0m"), "x"));
  SetClock(At("1h"));
  EXPECT_EQ(NextChange(), "ENTERED TIME 1h 1h");
  // She had bought it before the hour was over; that is heard of now.
  SetClock(At("2h"));
  const v1::EventResult result =
      Send(MakeEvent("buy", "purchase", "ann", At("30m"), "x"));
  EXPECT_EQ(result.status(), v1::EventResult::STATUS_ACCEPTED);
  EXPECT_EQ(NextChange(), "LEFT LATE_EVENT 1h 2h");
  // A late cart whose hour is over already is one at once.
  Send(MakeEvent("cart-2", "add_to_cart", "ann", At("40m"), "y"));
  EXPECT_EQ(NextChange(), "ENTERED LATE_EVENT 1h40m 2h");
  const std::string metrics = HttpGet(daemon_, "/metrics");
  EXPECT_NE(metrics.find("audienced_late_events_total{origin=\"default\"} 2\n"),
            std::string::npos)
      << metrics;
}

TEST_F(LateEarlyTwiceTest, AnEarlyEventCountsWhenItsInstantComes) {
  Send(MakeEvent("cart", "add_to_cart", "ann", At("0m"), "x"));
  SetClock(At("1h"));
  EXPECT_EQ(NextChange(), "ENTERED TIME 1h 1h");
  // The tolerance of ten minutes: its end is within, beyond it is refused.
  v1::EventResult result = Send(MakeEvent(
      "far", "purchase", "ann", At("70m") + absl::Microseconds(1), "x"));
  EXPECT_EQ(result.status(), v1::EventResult::STATUS_REFUSED);
  EXPECT_EQ(result.reason(), v1::ERROR_REASON_FUTURE_EVENT);
  EXPECT_EQ(result.field(), "occurred_time");
  result = Send(MakeEvent("near", "purchase", "ann", At("70m"), "x"));
  EXPECT_EQ(result.status(), v1::EventResult::STATUS_ACCEPTED);
  EXPECT_TRUE(NothingChanges(At("60m")));
  SetClock(At("70m") - absl::Microseconds(1));
  EXPECT_TRUE(NothingChanges(At("69m")));
  SetClock(At("70m"));
  EXPECT_EQ(NextChange(), "LEFT TIME 1h10m 1h10m");
}

TEST_F(LateEarlyTwiceTest, ACopyChangesNothingWhateverItSaysAndWhenever) {
  Send(MakeEvent("cart", "add_to_cart", "ann", At("0m"), "x"));
  SetClock(At("1h"));
  EXPECT_EQ(NextChange(), "ENTERED TIME 1h 1h");
  // Under the id of the cart: other fields, another time.
  const std::vector<v1::Event> copies = {
      MakeEvent("cart", "add_to_cart", "ann", At("0m"), "x"),
      MakeEvent("cart", "purchase", "ann", At("30m"), "x"),
      MakeEvent("cart", "remove_from_cart", "ann", At("50m"), "x")};
  for (const bool after_restart : {false, true}) {
    if (after_restart) {
      daemon_.Kill();
      ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    }
    for (const v1::Event& copy : copies) {
      EXPECT_EQ(Send(copy).status(), v1::EventResult::STATUS_DUPLICATE);
    }
    v1::IngestEventsResponse response;
    ASSERT_TRUE(Client(daemon_.channel()).Ingest(copies, response).ok());
    EXPECT_EQ(response.duplicate_count(), 3);
    EXPECT_TRUE(NothingChanges(At("60m")));
  }
  // Of another origin it is another event.
  v1::IngestEventsRequest request;
  request.set_origin("pos");
  *request.add_events() = copies[1];
  v1::IngestEventsResponse response;
  grpc::ClientContext context;
  ASSERT_TRUE(Client(daemon_.channel())
                  .events()
                  .IngestEvents(&context, request, &response)
                  .ok());
  EXPECT_EQ(response.accepted_count(), 1);
  EXPECT_EQ(NextChange(), "LEFT LATE_EVENT 1h 1h");
}

}  // namespace
}  // namespace audienced
