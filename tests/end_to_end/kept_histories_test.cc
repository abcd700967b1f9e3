// What a stop keeps of histories for the next start.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

constexpr char kKeptHistoriesRules[] = R"(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  carted: { kind: micro, role: process, event: add_to_cart }
audiences:
  cart-abandoners:
    who:
      sequence: [{ did: viewed }, { did: carted }]
      same: item_id
  viewed-not-carted:
    who: { all: [{ did: viewed, times: TIMES }, { trait: { tier: gold } }] }
    except: { did: carted }
  ebook-leads: { who: { did: { event: download } } }
)";

// With `first` before the other audiences.
std::string Rules(int times, const std::string& first = "") {
  std::string rules = kKeptHistoriesRules;
  rules.insert(rules.find("  cart-abandoners:"), first);
  rules.replace(rules.find("TIMES"), 5, std::to_string(times));
  return rules;
}

class KeptHistoriesTest : public testing::Test {
 protected:
  KeptHistoriesTest()
      : rules_(folder_.path() + "/rules"),
        daemon_(folder_.path() + "/data", {"AUDIENCED_HOLD_BACK_PERCENT=100"},
                rules_),
        file_(daemon_.data_folder() + "/histories") {
    std::filesystem::create_directory(rules_);
    std::ofstream(rules_ + "/shop.yaml") << Rules(1);
  }

  // How many histories the start had from the file.
  int Start() {
    EXPECT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    EXPECT_FALSE(std::filesystem::exists(file_)) << "while the daemon runs";
    const std::string log = daemon_.Log();
    const std::string name = "\"kept_histories\":";
    const size_t place = log.rfind(name);
    return place == std::string::npos
               ? -1
               : std::stoi(log.substr(place + name.size()));
  }
  void Stop() { EXPECT_EQ(daemon_.Stop(), 0) << daemon_.Log(); }

  void Send(const std::string& user, const std::string& name,
            const std::string& item) {
    const std::string id = std::to_string(++events_);
    v1::Event event = MakeEvent(id, name, user, absl::Now(), item);
    v1::Property& trait = *event.add_traits();
    trait.set_name("tier");
    trait.set_text("gold");
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest({event}, response).ok());
    ASSERT_EQ(response.accepted_count(), 1);
  }

  void Apply(const std::string& rules) {
    const auto stub = v1::RuleService::NewStub(daemon_.channel());
    v1::ApplyRulesRequest request;
    v1::RuleFile& file = *request.add_files();
    file.set_path("shop.yaml");
    file.set_text(rules);
    grpc::ClientContext context;
    v1::ApplyRulesResponse response;
    const grpc::Status status = stub->ApplyRules(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(response.attempt().result(), v1::RuleAttempt::RESULT_APPLIED)
        << response.ShortDebugString();
  }

  // What is published is what the histories say.
  Client::Members Members() {
    const Client::List published = client_->ListAll();
    EXPECT_EQ(published.members, client_->ListAll(absl::Now()).members);
    return published.members;
  }

  std::string Kept() const {
    std::ifstream file(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  const TestFolder folder_;
  const std::string rules_;
  DaemonProcess daemon_;
  const std::string file_;
  std::unique_ptr<Client> client_;
  int events_ = 0;
};

TEST_F(KeptHistoriesTest, AStartGoesOnWithThem) {
  EXPECT_EQ(Start(), 0);
  for (const char* user : {"ann", "bob", "eve"}) Send(user, "view_item", user);
  Send("ann", "add_to_cart", "ann");
  Send("eve", "download", "eves-book");
  const Client::Members before = Members();
  EXPECT_EQ(before.size(), 4u);
  Stop();
  ASSERT_TRUE(std::filesystem::exists(file_)) << daemon_.Log();
  const std::string of_before = Kept();
  EXPECT_NE(of_before.find("eves-book"), std::string::npos);

  EXPECT_EQ(Start(), 3);
  EXPECT_EQ(Members(), before);
  // What was seen before it counts.
  Send("bob", "add_to_cart", "other");
  Client::Members after = Members();
  EXPECT_EQ(after.size(), 3u) << "bob has left, and abandons no cart";
  Send("bob", "add_to_cart", "bob");
  EXPECT_EQ(Members().size(), 4u);

  // Rules that ask nothing new leave histories as they are numbered.
  Apply(Rules(2));
  after = Members();
  EXPECT_EQ(after.size(), 3u) << "eve viewed once";

  // Rules that do ask something new number them anew.
  Apply(Rules(2, "  buyers: { who: { did: { event: purchase } } }\n"));
  EXPECT_EQ(Members(), after);
  Stop();
  EXPECT_EQ(Start(), 3);
  EXPECT_EQ(Members(), after);

  const CommandOutput erased =
      Audiencectl(daemon_, "profile erase user_id:eve --yes");
  EXPECT_EQ(erased.exit_code, 0) << erased.text;
  after = Members();
  Stop();
  EXPECT_EQ(Kept().find("eves-book"), std::string::npos) << "she is erased";
  EXPECT_EQ(Start(), 2) << daemon_.Log();
  EXPECT_EQ(Members(), after);

  // A file of a state before.
  Stop();
  std::ofstream(file_, std::ios::binary | std::ios::trunc) << of_before;
  EXPECT_EQ(Start(), 0);
  EXPECT_EQ(Members(), after);
  EXPECT_NE(daemon_.Log().find("another state of the database"),
            std::string::npos);

  // Nothing is kept by who is killed.
  daemon_.Kill();
  EXPECT_FALSE(std::filesystem::exists(file_));
  EXPECT_EQ(Start(), 0);
  EXPECT_EQ(Members(), after);
}

TEST(KeptHistoriesSettingTest, NothingIsKeptWhereThatIsNotWanted) {
  const TestFolder folder;
  DaemonProcess daemon(folder.path() + "/data",
                       {"AUDIENCED_HISTORY_CACHE=false"});
  const std::string file = daemon.data_folder() + "/histories";
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  EXPECT_EQ(daemon.Stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(file));
  std::ofstream(file) << "of a time when it was";
  ASSERT_TRUE(daemon.Start()) << daemon.Log();
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace audienced
