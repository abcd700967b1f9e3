#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

// A daemon whose time the test steps.
class ClockTest : public testing::Test {
 protected:
  ClockTest()
      : clock_file_(folder_.path() + "/clock"),
        daemon_(folder_.path() + "/data",
                {"AUDIENCED_TEST_CLOCK=" + clock_file_}) {}

  void SetClock(absl::Time now) {
    const std::string part = clock_file_ + ".part";
    std::ofstream(part) << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now,
                                            absl::UTCTimeZone());
    std::rename(part.c_str(), clock_file_.c_str());
  }

  const TestFolder folder_;
  const std::string clock_file_;
  DaemonProcess daemon_;
  const absl::Time start_ = absl::FromUnixSeconds(1'772'000'000);
};

TEST_F(ClockTest, EntersAndLeavesAtTheExactInstantAlsoWhileItIsDown) {
  SetClock(start_);
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  Client client(daemon_.channel());
  v1::IngestEventsResponse response;
  ASSERT_TRUE(client
                  .Ingest({MakeConsent("1", "ann", start_),
                           MakeEvent("2", "add_to_cart", "ann", start_, "x")},
                          response)
                  .ok());
  Client::Members members;
  std::string cursor = client.Follow("", members);
  ASSERT_TRUE(client.ListAll().members.empty());

  grpc::ClientContext context;
  v1::WatchMembershipsRequest request;
  request.set_cursor(cursor);
  auto watch = client.audiences().WatchMemberships(&context, request);
  v1::WatchMembershipsResponse change;
  SetClock(start_ + absl::Hours(1) - absl::Microseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(client.ListAll().members.empty());
  SetClock(start_ + absl::Hours(1));
  do {
    ASSERT_TRUE(watch->Read(&change));
  } while (change.changes_size() == 0);
  EXPECT_EQ(change.changes(0).kind(), v1::CHANGE_KIND_ENTERED);
  EXPECT_EQ(change.changes(0).cause(), v1::CAUSE_TIME);
  EXPECT_EQ(change.changes(0).effective_time().seconds(),
            absl::ToUnixSeconds(start_ + absl::Hours(1)));
  cursor = change.cursor();
  context.TryCancel();
  watch->Finish();

  // The window of three days ends while the daemon is down.
  daemon_.Kill();
  SetClock(start_ + absl::Hours(24 * 5));
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  Client again(daemon_.channel());
  v1::ListChangesRequest changes;
  changes.set_cursor(cursor);
  grpc::ClientContext list_context;
  v1::ListChangesResponse listed;
  ASSERT_TRUE(
      again.audiences().ListChanges(&list_context, changes, &listed).ok());
  ASSERT_EQ(listed.changes_size(), 1);
  EXPECT_EQ(listed.changes(0).kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(listed.changes(0).cause(), v1::CAUSE_TIME);
  EXPECT_EQ(listed.changes(0).effective_time().seconds(),
            absl::ToUnixSeconds(start_ + absl::Hours(24 * 3)));
}

// In for an hour after a view, and again for an hour three hours later.
TEST_F(ClockTest, AnExitAndAnEntryWhileItIsDownAreBothTold) {
  const std::string rules = folder_.path() + "/rules";
  std::filesystem::create_directory(rules);
  std::ofstream(rules + "/shop.yaml") << R"yaml(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
audiences:
  twice:
    who:
      any:
        - { did: viewed, in_last: 1h }
        - all:
            - { did: viewed, in_last: 5h }
            - { did_not: viewed, in_last: 4h }
)yaml";
  DaemonProcess daemon(folder_.path() + "/data",
                       {"AUDIENCED_TEST_CLOCK=" + clock_file_}, rules);
  SetClock(start_);
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  std::string cursor;
  {
    Client client(daemon.channel());
    v1::IngestEventsResponse response;
    ASSERT_TRUE(
        client.Ingest({MakeEvent("1", "view_item", "ann", start_)}, response)
            .ok());
    Client::Members members;
    cursor = client.Follow("", members);  // from here on
  }
  daemon.Kill();
  SetClock(start_ + absl::Minutes(270));
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  Client client(daemon.channel());
  v1::ListChangesRequest request;
  request.set_cursor(cursor);
  v1::ListChangesResponse listed;
  // A commit each.
  ASSERT_TRUE(Eventually([&] {
    grpc::ClientContext context;
    client.audiences().ListChanges(&context, request, &listed);
    return listed.changes_size() >= 2;
  })) << listed.DebugString();
  ASSERT_EQ(listed.changes_size(), 2);
  const v1::MembershipChange& exit = listed.changes(0);
  EXPECT_EQ(exit.kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(exit.cause(), v1::CAUSE_TIME);
  EXPECT_EQ(exit.episode(), 1);
  EXPECT_EQ(exit.effective_time().seconds(),
            absl::ToUnixSeconds(start_ + absl::Hours(1)));
  const v1::MembershipChange& entry = listed.changes(1);
  EXPECT_EQ(entry.kind(), v1::CHANGE_KIND_ENTERED);
  EXPECT_EQ(entry.cause(), v1::CAUSE_TIME);
  EXPECT_EQ(entry.episode(), 2);
  EXPECT_EQ(entry.effective_time().seconds(),
            absl::ToUnixSeconds(start_ + absl::Hours(4)));
}

}  // namespace
}  // namespace audienced
