// Profiles on their way to other rules: ingest goes on beside it, it can be
// taken back, and it outlives a crash. Histories are not kept in memory, so
// that each is read when it is needed.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {
namespace {

constexpr int kPeople = 20'000;
constexpr int kBatch = 1000;

constexpr char kRebuildRules[] = R"(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  purchased: { kind: macro, event: purchase }
audiences:
  viewers: { who: { did: viewed }, except: { did: purchased } }
)";
constexpr char kMore[] = "  lately: { who: { did: viewed, in_last: 30d } }\n";

class RebuildTest : public testing::Test {
 protected:
  RebuildTest()
      : rules_(folder_.path() + "/rules"),
        daemon_(folder_.path() + "/data", {"AUDIENCED_HISTORY_MEMORY=0"},
                rules_) {
    std::filesystem::create_directory(rules_);
    std::ofstream(rules_ + "/shop.yaml") << kRebuildRules;
  }

  void SetUp() override {
    Start();
    for (int begin = 0; begin < kPeople; begin += kBatch) {
      std::vector<v1::Event> events;
      for (int i = begin; i < begin + kBatch; ++i) {
        const std::string user = "user" + std::to_string(i);
        events.push_back(MakeEvent("v" + user, "view_item", user,
                                   absl::Now() - absl::Hours(1)));
      }
      v1::IngestEventsResponse response;
      ASSERT_TRUE(client_->Ingest(events, response).ok());
    }
  }

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    stub_ = v1::RuleService::NewStub(daemon_.channel());
  }

  // Has rules with one more audience put in force, until that ends.
  grpc::Status Apply() {
    v1::ApplyRulesRequest request;
    v1::RuleFile& file = *request.add_files();
    file.set_path("shop.yaml");
    file.set_text(std::string(kRebuildRules) + kMore);
    grpc::ClientContext context;
    v1::ApplyRulesResponse response;
    return stub_->ApplyRules(&context, request, &response);
  }

  v1::Rulebook InForce() {
    grpc::ClientContext context;
    v1::GetRulebookResponse response;
    const grpc::Status status =
        stub_->GetRulebook(&context, v1::GetRulebookRequest(), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.rulebook();
  }

  void WaitUntilProfilesMove() {
    while (InForce().rebuild().moved_count() == 0) std::this_thread::yield();
  }

  // Members of an audience, page by page; `existing` those that are marked so.
  struct Count {
    int members = 0;
    int existing = 0;
    bool is_whole = true;
  };
  Count Members(const std::string& audience) {
    Count count;
    v1::ListMembersRequest request;
    request.set_audience(audience);
    request.set_page_size(10'000);
    do {
      grpc::ClientContext context;
      v1::ListMembersResponse page;
      const grpc::Status status =
          client_->audiences().ListMembers(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Member& member : page.members()) {
        ++count.members;
        count.existing += member.existing();
      }
      count.is_whole = count.is_whole && !page.has_rebuild();
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return count;
  }

  const TestFolder folder_;
  const std::string rules_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<v1::RuleService::Stub> stub_;
};

TEST_F(RebuildTest, EventsAreTakenInMeanwhileAndItCanBeTakenBack) {
  grpc::Status applied;
  std::thread apply([&] { applied = Apply(); });
  WaitUntilProfilesMove();
  EXPECT_FALSE(Members("lately").is_whole) << "a list says how far it is";

  v1::IngestEventsResponse response;
  const std::string last = "user" + std::to_string(kPeople - 1);
  ASSERT_TRUE(
      client_->Ingest({MakeEvent("p", "purchase", last, absl::Now())}, response)
          .ok());
  EXPECT_EQ(response.accepted_count(), 1);
  EXPECT_TRUE(InForce().has_rebuild()) << "it was over before the event: blind";

  grpc::ClientContext context;
  v1::CancelRebuildResponse cancelled;
  const grpc::Status status =
      stub_->CancelRebuild(&context, v1::CancelRebuildRequest(), &cancelled);
  apply.join();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(applied.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(cancelled.version(), 3);
  EXPECT_FALSE(InForce().has_rebuild());
  EXPECT_EQ(InForce().note(), "cancelled version 2");
  EXPECT_EQ(Members("viewers").members, kPeople - 1);

  grpc::ClientContext again;
  EXPECT_EQ(stub_->CancelRebuild(&again, v1::CancelRebuildRequest(), &cancelled)
                .error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(RebuildTest, AProfileIsReadOnceThoughItIsNamedTwice) {
  v1::BatchGetMembershipsRequest request;
  request.add_audiences("viewers");
  for (const char* user : {"user7", "user8", "user7"}) {
    v1::Identifier& name = *request.add_profiles()->mutable_identifier();
    name.set_kind("user_id");
    name.set_value(user);
  }
  grpc::ClientContext context;
  v1::BatchGetMembershipsResponse response;
  ASSERT_TRUE(client_->audiences()
                  .BatchGetMemberships(&context, request, &response)
                  .ok());
  ASSERT_EQ(response.memberships_size(), 3);
  for (const v1::Membership& each : response.memberships()) {
    EXPECT_EQ(each.state(), v1::Membership::STATE_MEMBER);
  }
}

TEST_F(RebuildTest, GoesOnAfterACrash) {
  std::thread apply([&] { Apply(); });
  WaitUntilProfilesMove();
  daemon_.Kill();
  apply.join();
  Start();
  EXPECT_EQ(InForce().version(), 2);
  EXPECT_FALSE(InForce().has_rebuild());
  const Count lately = Members("lately");
  EXPECT_EQ(lately.members, kPeople);
  EXPECT_EQ(lately.existing, kPeople) << "nobody just entered";
  EXPECT_TRUE(lately.is_whole);
}

}  // namespace
}  // namespace audienced
