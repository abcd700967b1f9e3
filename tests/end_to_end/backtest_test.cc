// The past of an audience, asked of a running daemon.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <string>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

constexpr char kAudience[] = "cart-abandoners";

// 09:00 of a day of March 2026 in UTC, and later.
absl::Time March(int day, absl::Duration later = absl::ZeroDuration()) {
  return absl::FromCivil(absl::CivilHour(2026, 3, day, 9),
                         absl::UTCTimeZone()) +
         later;
}

// `size +entries -exits` of each day.
std::string Days(const v1::BacktestResponse& response) {
  std::ostringstream text;
  for (const v1::BacktestDay& day : response.days()) {
    text << day.day() << " " << day.size() << " +" << day.entry_count() << " -"
         << day.exit_count() << "\n";
  }
  return text.str();
}

std::string ShopRules() { return ReadWhole(AUDIENCED_RULES "/shop.yaml"); }

std::string Replaced(std::string text, const std::string& from,
                     const std::string& to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// What a program writes to stdout.
std::string OutputOf(const std::string& command) {
  std::string output;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "cannot run " + command;
  std::array<char, 4096> part;
  for (size_t got; (got = fread(part.data(), 1, part.size(), pipe)) > 0;) {
    output.append(part.data(), got);
  }
  EXPECT_EQ(pclose(pipe), 0) << command;
  return output;
}

class BacktestTest : public testing::Test {
 protected:
  BacktestTest() : daemon_(folder_.path() + "/data") {}

  // Ann carts on the 2nd and buys on the 3rd; Bob carts on the 3rd, agrees to
  // e-mails, and does nothing more.
  void SetUp() override {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    Client client(daemon_.channel());
    v1::IngestEventsResponse response;
    const grpc::Status sent =
        client.Ingest({MakeConsent("1", "ann", March(1)),
                       MakeEvent("2", "add_to_cart", "ann", March(2), "sku-1"),
                       MakeEvent("3", "purchase", "ann", March(3), "sku-1"),
                       MakeConsent("4", "bob", March(1)),
                       MakeEvent("5", "add_to_cart", "bob", March(3), "sku-1")},
                      response);
    ASSERT_TRUE(sent.ok()) << sent.error_message();
    ASSERT_EQ(response.accepted_count(), 5);
    request_.set_audience(kAudience);
    request_.set_since("2026-03-01");
    request_.set_until("2026-03-08");
  }

  grpc::Status Ask(v1::BacktestResponse& response) {
    grpc::ClientContext context;
    return v1::RuleService::NewStub(daemon_.channel())
        ->Backtest(&context, request_, &response);
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  v1::BacktestRequest request_;
};

constexpr char kDays[] =
    "2026-03-01 0 +0 -0\n"
    "2026-03-02 1 +1 -0\n"
    "2026-03-03 1 +1 -1\n"
    "2026-03-04 1 +0 -0\n"
    "2026-03-05 1 +0 -0\n"
    "2026-03-06 0 +0 -1\n"
    "2026-03-07 0 +0 -0\n";

TEST_F(BacktestTest, ByTheRulesInForceByOthersAndByAudiencectl) {
  v1::BacktestResponse in_force;
  grpc::Status status = Ask(in_force);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(Days(in_force), kDays);
  EXPECT_EQ(in_force.time_zone(), "Europe/London");
  EXPECT_EQ(in_force.profile_count(), 2);
  EXPECT_EQ(in_force.published().entry_count(), 2);
  EXPECT_EQ(in_force.published().reached_count(), 1);
  EXPECT_EQ(in_force.stays().ended_count(), 2);
  EXPECT_EQ(in_force.stays().median().seconds(), 23 * 3600);

  v1::RuleFile& file = *request_.add_files();
  file.set_path("shop.yaml");
  file.set_text(ShopRules());
  v1::BacktestResponse given;
  status = Ask(given);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(given.error_count(), 0);
  given.clear_diagnostics();
  EXPECT_EQ(given.SerializeAsString(), in_force.SerializeAsString());

  // Other rules: it takes two days to be in.
  file.set_text(Replaced(ShopRules(), "for: 1h", "for: 2d"));
  v1::BacktestResponse other;
  ASSERT_TRUE(Ask(other).ok());
  EXPECT_EQ(other.days(4).size(), 1);
  EXPECT_EQ(other.days(4).entry_count(), 1);
  EXPECT_EQ(other.entered_profile_count(), 1);

  EXPECT_EQ(OutputOf(AUDIENCED_AUDIENCECTL
                     " backtest cart-abandoners --since 2026-03-02 --until "
                     "2026-03-04 --output csv --server " +
                     daemon_.address()),
            "day,size,held_out,entries,exits\n"
            "2026-03-02,1,0,1,0\n"
            "2026-03-03,1,0,1,1\n");
  const std::string table =
      OutputOf(AUDIENCED_AUDIENCECTL
               " backtest cart-abandoners --since 2026-03-02 --until "
               "2026-03-08 --rules " AUDIENCED_RULES " --server " +
               daemon_.address());
  EXPECT_NE(table.find("stays    2 ended, median 23h (quartiles 23h and "),
            std::string::npos)
      << table;
  EXPECT_NE(table.find("goal     1 of 2 (50.0 %) entries reached purchased "
                       "within 7d\n"),
            std::string::npos)
      << table;
}

TEST_F(BacktestTest, FaultsAreAnAnswerAndOtherMistakesAreRefused) {
  v1::RuleFile& file = *request_.add_files();
  file.set_path("shop.yaml");
  file.set_text(Replaced(ShopRules(), "for: 1h", "for: 1x"));
  v1::BacktestResponse response;
  const grpc::Status status = Ask(response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.error_count(), 1);
  ASSERT_EQ(response.diagnostics_size(), 1);
  EXPECT_EQ(response.diagnostics(0).code(), "bad-duration");
  EXPECT_EQ(response.days_size(), 0);

  request_.clear_files();
  response.Clear();
  request_.set_audience("cart-abandonners");
  EXPECT_EQ(Ask(response).error_code(), grpc::StatusCode::NOT_FOUND);
  request_.set_audience(kAudience);
  request_.set_goal("purchse");
  EXPECT_EQ(Ask(response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request_.clear_goal();
  request_.mutable_within()->set_seconds(0);
  EXPECT_EQ(Ask(response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  request_.clear_within();
  request_.set_until("2999-01-01");
  EXPECT_EQ(Ask(response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace audienced
