// Rules that change while the daemon runs: planned, held back, applied, rolled
// back, read from the folder, and what consumers see of it.

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {
namespace {

constexpr char kHead[] = R"(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  carted: { kind: micro, role: process, event: add_to_cart }
  purchased: { kind: macro, event: purchase }
audiences:
)";
constexpr char kViewers[] = "  viewers: { who: { did: viewed } }\n";
constexpr char kBuyers[] = "  buyers: { who: { did: purchased } }\n";

class RulesTest : public testing::Test {
 protected:
  RulesTest()
      : rules_(folder_.path() + "/rules"),
        daemon_(folder_.path() + "/data", {}, rules_) {
    std::filesystem::create_directory(rules_);
    Write("shop.yaml", std::string(kHead) + kViewers);
  }

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    stub_ = v1::RuleService::NewStub(daemon_.channel());
  }

  // As an editor does it: the file is there at once and whole.
  void Write(const std::string& name, const std::string& text) const {
    const std::string next = folder_.path() + "/" + name + ".next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, rules_ + "/" + name);
  }

  // `count` people who viewed something, and the first `carts` of them put it
  // into the cart.
  void SendPeople(int count, int carts) {
    std::vector<v1::Event> events;
    for (int i = 0; i < count; ++i) {
      const std::string user = "user" + std::to_string(i);
      events.push_back(MakeEvent("v" + user, "view_item", user,
                                 absl::Now() - absl::Hours(1)));
      if (i >= carts) continue;
      events.push_back(MakeEvent("c" + user, "add_to_cart", user,
                                 absl::Now() - absl::Minutes(30)));
    }
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest(events, response).ok());
  }

  static void AddFile(const std::string& text,
                      google::protobuf::RepeatedPtrField<v1::RuleFile>& files,
                      const std::string& name = "shop.yaml") {
    v1::RuleFile& file = *files.Add();
    file.set_path(name);
    file.set_text(text);
  }

  v1::RuleAttempt Plan(const std::string& text) {
    v1::PlanRulesRequest request;
    AddFile(text, *request.mutable_files());
    grpc::ClientContext context;
    v1::PlanRulesResponse response;
    const grpc::Status status = stub_->PlanRules(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.attempt();
  }

  v1::RuleAttempt Apply(const std::string& text,
                        const std::string& confirm = "") {
    v1::ApplyRulesRequest request;
    AddFile(text, *request.mutable_files());
    request.set_confirm(confirm);
    request.set_author("ann");
    grpc::ClientContext context;
    v1::ApplyRulesResponse response;
    const grpc::Status status = stub_->ApplyRules(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.attempt();
  }

  v1::Rulebook Rulebook() {
    grpc::ClientContext context;
    v1::GetRulebookResponse response;
    EXPECT_TRUE(stub_->GetRulebook(&context, {}, &response).ok());
    return response.rulebook();
  }

  // Waits until the last try went like `state`.
  v1::Rulebook WaitFor(v1::Rulebook::LoadState state, int64_t version) {
    v1::Rulebook rules;
    for (int attempt = 0; attempt < 200; ++attempt) {
      rules = Rulebook();
      if (rules.load_state() == state && rules.version() == version &&
          rules.has_last_attempt()) {
        return rules;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ADD_FAILURE() << "still " << rules.ShortDebugString() << daemon_.Log();
    return rules;
  }

  std::vector<v1::MembershipChange> ChangesAfter(std::string& cursor) {
    v1::ListChangesRequest request;
    request.set_cursor(cursor);
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    EXPECT_TRUE(
        client_->audiences().ListChanges(&context, request, &response).ok());
    cursor = response.cursor();
    return {response.changes().begin(), response.changes().end()};
  }

  const TestFolder folder_;
  const std::string rules_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<v1::RuleService::Stub> stub_;
};

TEST_F(RulesTest, APlanSaysWhoWouldEnterAndLeaveAndChangesNothing) {
  Start();
  SendPeople(20, 2);
  const v1::RuleAttempt attempt =
      Plan(std::string(kHead) +
           "  viewers: { who: { all: [{ did: viewed }, { did_not: carted }] } "
           "}\n  carters: { who: { did: carted } }\n");
  ASSERT_EQ(attempt.result(), v1::RuleAttempt::RESULT_VALID)
      << attempt.ShortDebugString();
  ASSERT_EQ(attempt.plan().audiences_size(), 2);
  const v1::AudiencePlan& carters = attempt.plan().audiences(0);
  EXPECT_EQ(carters.action(), v1::AudiencePlan::ACTION_NEW);
  EXPECT_EQ(carters.entering(), 2);
  EXPECT_EQ(carters.entering_sample_size(), 2);
  const v1::AudiencePlan& viewers = attempt.plan().audiences(1);
  EXPECT_EQ(viewers.action(), v1::AudiencePlan::ACTION_CHANGED);
  EXPECT_EQ(viewers.size_before(), 20);
  EXPECT_EQ(viewers.size_after(), 18);
  EXPECT_EQ(viewers.leaving(), 2);
  EXPECT_EQ(attempt.plan().profile_count(), 20);
  EXPECT_EQ(attempt.plan().event_count(), 22);
  EXPECT_EQ(Rulebook().version(), 1);
}

TEST_F(RulesTest, NamesThatNoEventHadAreToldAlsoAfterARestart) {
  Start();
  SendPeople(1, 1);
  const auto codes = [&] {
    v1::CheckRulesRequest request;
    request.set_against_data(true);
    AddFile(std::string(kHead) +
                "  redders: { who: { did: carted, where: { color: red } } }\n",
            *request.mutable_files());
    grpc::ClientContext context;
    v1::CheckRulesResponse response;
    EXPECT_TRUE(stub_->CheckRules(&context, request, &response).ok());
    std::vector<std::string> found;
    for (const v1::Diagnostic& one : response.diagnostics()) {
      if (one.code() != "unused-conversion") found.push_back(one.message());
    }
    return found;
  };
  const std::vector<std::string> expected = {
      "no event named 'purchase' was ever seen",
      "no property named 'color' was ever seen"};
  EXPECT_EQ(codes(), expected);
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  Start();
  EXPECT_EQ(codes(), expected);
}

TEST_F(RulesTest, ADraftIsCountedAndCanBePreviewed) {
  Write("shop.yaml", std::string(kHead) +
                         "  carters: { status: draft, who: { did: carted } "
                         "}\n");
  Start();
  SendPeople(5, 3);
  v1::GetAudienceRequest request;
  request.set_audience("carters");
  grpc::ClientContext context;
  v1::GetAudienceResponse response;
  ASSERT_TRUE(
      client_->audiences().GetAudience(&context, request, &response).ok());
  EXPECT_EQ(response.audience().member_count(), 3);
  v1::ListMembersRequest list;
  list.set_audience("carters");
  const auto members = [&] {
    std::set<std::string> profiles;
    v1::ListMembersResponse page;
    do {
      grpc::ClientContext page_context;
      page.Clear();
      EXPECT_TRUE(
          client_->audiences().ListMembers(&page_context, list, &page).ok());
      for (const v1::Member& member : page.members()) {
        profiles.insert(member.profile());
      }
      list.set_page_token(page.next_page_token());
    } while (!page.next_page_token().empty());
    return profiles.size();
  };
  EXPECT_EQ(members(), 0u);
  list.set_preview(true);
  list.set_page_size(2);
  EXPECT_EQ(members(), 3u);
}

TEST_F(RulesTest, ALargeChangeWaitsUntilItIsConfirmed) {
  Start();
  SendPeople(10, 3);
  const std::string rules =
      std::string(kHead) + "  viewers: { who: { did: carted } }\n";
  const v1::RuleAttempt held = Apply(rules);
  EXPECT_EQ(held.result(), v1::RuleAttempt::RESULT_HELD_BACK);
  EXPECT_EQ(held.plan().audiences(0).leaving(), 7);
  EXPECT_FALSE(held.plan().audiences(0).held_back().empty());
  EXPECT_EQ(Rulebook().version(), 1);
  EXPECT_EQ(Rulebook().load_state(), v1::Rulebook::LOAD_STATE_HELD_BACK);

  EXPECT_EQ(Apply(rules, "0123456789abcdef").result(),
            v1::RuleAttempt::RESULT_HELD_BACK)
      << "another plan was confirmed";
  std::string cursor;
  ChangesAfter(cursor);
  EXPECT_EQ(Apply(rules, held.fingerprint()).result(),
            v1::RuleAttempt::RESULT_APPLIED);
  const auto changes = ChangesAfter(cursor);
  ASSERT_EQ(changes.size(), 7u);
  for (const v1::MembershipChange& change : changes) {
    EXPECT_EQ(change.kind(), v1::CHANGE_KIND_LEFT);
    EXPECT_EQ(change.cause(), v1::CAUSE_RULES);
    EXPECT_EQ(change.rule_version(), 2);
  }
  EXPECT_EQ(Rulebook().author(), "ann");
}

TEST_F(RulesTest, MembersOfANewAudienceAreMarkedExistingUnlessAskedOtherwise) {
  Start();
  SendPeople(3, 1);
  std::string cursor;
  ChangesAfter(cursor);
  const std::string rules =
      std::string(kHead) + kViewers + "  carters: { who: { did: carted } }\n";
  EXPECT_EQ(Apply(rules).result(), v1::RuleAttempt::RESULT_APPLIED);
  auto changes = ChangesAfter(cursor);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(changes[0].existing());

  v1::ApplyRulesRequest request;
  AddFile(rules + "  lookers: { who: { did: viewed } }\n",
          *request.mutable_files());
  request.set_new_audiences(v1::NEW_AUDIENCES_ENTERED);
  grpc::ClientContext context;
  v1::ApplyRulesResponse response;
  ASSERT_TRUE(stub_->ApplyRules(&context, request, &response).ok());
  changes = ChangesAfter(cursor);
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_FALSE(changes[0].existing());
}

TEST_F(RulesTest, ATextThatMeansTheSameEvaluatesNothing) {
  Start();
  SendPeople(5, 0);
  std::string cursor;
  ChangesAfter(cursor);
  const std::string rules = "# for the shop\n" + std::string(kHead) +
                            "  viewers: { title: All who looked, who: { did: "
                            "viewed } }\n";
  const v1::RuleAttempt attempt = Apply(rules);
  EXPECT_EQ(attempt.result(), v1::RuleAttempt::RESULT_APPLIED);
  EXPECT_FALSE(attempt.has_plan());
  EXPECT_EQ(attempt.version(), 2);
  EXPECT_TRUE(ChangesAfter(cursor).empty());
  v1::GetAudienceRequest request;
  request.set_audience("viewers");
  grpc::ClientContext context;
  v1::GetAudienceResponse response;
  ASSERT_TRUE(
      client_->audiences().GetAudience(&context, request, &response).ok());
  EXPECT_EQ(response.audience().title(), "All who looked");
  EXPECT_EQ(Apply(rules).result(), v1::RuleAttempt::RESULT_UNCHANGED);
}

TEST_F(RulesTest, AFolderThatChangesIsReadTestedAndPutInForce) {
  Start();
  SendPeople(10, 0);
  Write("more.yaml", "version: 1\naudiences:\n" + std::string(kBuyers));
  EXPECT_EQ(WaitFor(v1::Rulebook::LOAD_STATE_CURRENT, 2).audiences_size(), 2);

  Write("more.yaml",
        "version: 1\naudiences:\n  buyers: { who: { did: bought "
        "} }\n");
  const v1::Rulebook faulty = WaitFor(v1::Rulebook::LOAD_STATE_FAULTY, 2);
  ASSERT_EQ(faulty.last_attempt().error_count(), 1);
  EXPECT_EQ(faulty.last_attempt().diagnostics(0).path(), "more.yaml");

  Write("more.yaml", "version: 1\naudiences:\n" + std::string(kBuyers));
  WaitFor(v1::Rulebook::LOAD_STATE_CURRENT, 2);
  Write("shop.test.yaml", R"(rules: [shop.yaml]
tests:
  - name: who views is a viewer
    start: 2026-03-01T00:00:00Z
    events:
      - { at: 0m, profile: ann, event: view_item }
    expect:
      - { at: 1m, viewers: [] }
)");
  const v1::Rulebook untrue = WaitFor(v1::Rulebook::LOAD_STATE_TESTS_FAILED, 2);
  ASSERT_EQ(untrue.last_attempt().test_failures_size(), 1);
  EXPECT_EQ(untrue.last_attempt().test_failures(0).test(),
            "who views is a viewer");

  Write("shop.test.yaml", "");
  std::filesystem::remove(rules_ + "/shop.test.yaml");
  WaitFor(v1::Rulebook::LOAD_STATE_CURRENT, 2);
  std::filesystem::rename(rules_, rules_ + ".away");
  EXPECT_EQ(
      WaitFor(v1::Rulebook::LOAD_STATE_UNREADABLE, 2).last_attempt().version(),
      2);
  std::filesystem::rename(rules_ + ".away", rules_);
  WaitFor(v1::Rulebook::LOAD_STATE_CURRENT, 2);
  Write("shop.yaml",
        std::string(kHead) + "  viewers: { who: { did: carted } }\n");
  const v1::Rulebook held = WaitFor(v1::Rulebook::LOAD_STATE_HELD_BACK, 2);
  v1::ReloadRulesRequest request;
  request.set_confirm(held.last_attempt().fingerprint());
  grpc::ClientContext context;
  v1::ReloadRulesResponse response;
  ASSERT_TRUE(stub_->ReloadRules(&context, request, &response).ok());
  EXPECT_EQ(response.attempt().result(), v1::RuleAttempt::RESULT_APPLIED);
  EXPECT_EQ(response.attempt().version(), 3);
}

TEST_F(RulesTest, AnEarlierVersionComesBackAndOutlivesARestart) {
  Start();
  EXPECT_EQ(Apply(std::string(kHead) + kBuyers).version(), 2);
  v1::RollbackRulesRequest request;
  request.set_version(1);
  {
    grpc::ClientContext context;
    v1::RollbackRulesResponse response;
    ASSERT_TRUE(stub_->RollbackRules(&context, request, &response).ok());
    EXPECT_EQ(response.attempt().version(), 3);
  }
  EXPECT_EQ(Apply(std::string(kHead) + kBuyers).version(), 4);
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  Start();
  v1::Rulebook rules = Rulebook();
  EXPECT_EQ(rules.version(), 4) << "the folder stands as it stood";
  EXPECT_EQ(rules.source(), v1::RULE_SOURCE_APPLY);
  EXPECT_TRUE(rules.has_applied_time());

  grpc::ClientContext context;
  v1::ListRuleVersionsResponse versions;
  ASSERT_TRUE(stub_->ListRuleVersions(&context, {}, &versions).ok());
  ASSERT_EQ(versions.versions_size(), 4);
  EXPECT_EQ(versions.versions(1).source(), v1::RULE_SOURCE_ROLLBACK);
  EXPECT_EQ(versions.versions(1).note(), "back to version 1");

  // The folder is a proposal again when it changes while the daemon is down,
  // and SIGHUP reads it whatever it is.
  daemon_.Signal(SIGHUP);
  rules = WaitFor(v1::Rulebook::LOAD_STATE_CURRENT, 5);
  EXPECT_EQ(rules.source(), v1::RULE_SOURCE_FOLDER);
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  Write("shop.yaml", std::string(kHead) + kViewers + kBuyers);
  Start();
  EXPECT_EQ(Rulebook().version(), 6);
  EXPECT_EQ(Rulebook().audiences_size(), 2);
}

}  // namespace
}  // namespace audienced
