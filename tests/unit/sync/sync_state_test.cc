// What a sync remembers: whom it told of, who holds which identifier, and what
// is on its way; across its own end.

#include "daemon/ctl/sync/state/sync_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/ctl/sync/state/told_member.h"
#include "daemon/ctl/sync/target/net_deliveries.h"

namespace audienced {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kSubject[] = "carts for raw as ndjson";
constexpr BatchLimits kAll = {1000, 1 << 20};

v1::Member MemberOf(const std::string& profile,
                    const std::vector<std::string>& emails,
                    int64_t episode = 1) {
  v1::Member member;
  member.set_audience("carts");
  member.set_profile(profile);
  member.set_episode(episode);
  member.set_idempotency_key("carts/" + profile + "/" +
                             std::to_string(episode));
  for (const std::string& email : emails) {
    v1::Identifier& identifier = *member.add_identifiers();
    identifier.set_kind("email_sha256");
    identifier.set_value(email);
  }
  v1::Identifier& name = *member.add_identifiers();
  name.set_kind("first_name_sha256");
  name.set_value("anna");
  return member;
}

MemberList ListOf(const std::vector<v1::Member>& members) {
  return {members.begin(), members.end()};
}

ChangeList Changes(v1::ChangeKind kind, const v1::Member& member) {
  ChangeList changes;
  *changes.Add() = ChangeOf(kind, member);
  return changes;
}

// `entered p1 +a -b`: what a delivery says.
std::string TextOf(const Delivery& delivery) {
  std::string text = v1::ChangeKind_Name(delivery.change.kind()).substr(12);
  text += " " + delivery.change.profile();
  for (const v1::Identifier& one : delivery.added) text += " +" + one.value();
  for (const v1::Identifier& one : delivery.removed) text += " -" + one.value();
  return text;
}

class SyncStateTest : public testing::Test {
 protected:
  SyncStateTest() {
    folder_ = (std::filesystem::temp_directory_path() /
               ("sync-state-" + std::to_string(getpid())))
                  .string();
    std::filesystem::remove_all(folder_);
    Reopen();
  }
  ~SyncStateTest() override { std::filesystem::remove_all(folder_); }

  // As the next process finds it.
  void Reopen() {
    state_.reset();
    auto state = SyncState::Open(folder_, kSubject);
    ASSERT_TRUE(state.ok()) << state.status();
    state_ = *std::move(state);
  }

  void List(const std::vector<v1::Member>& members) {
    ASSERT_TRUE(state_->BeginList().ok());
    ASSERT_TRUE(state_->TakePage(ListOf(members)).ok());
    ASSERT_TRUE(state_->EndList("cursor").ok());
  }

  void Change(v1::ChangeKind kind, const v1::Member& member) {
    ASSERT_TRUE(state_->TakeChanges(Changes(kind, member), "later").ok());
  }

  // All that waits, which is finished.
  std::vector<std::string> Delivered() {
    std::vector<std::string> texts;
    const auto batch = state_->NextBatch(kAll);
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (batch->deliveries.empty()) return texts;
    for (const Delivery& one : batch->deliveries) texts.push_back(TextOf(one));
    EXPECT_TRUE(state_->FinishBatch(1).ok());
    return texts;
  }

  std::string folder_;
  std::unique_ptr<SyncState> state_;
};

TEST_F(SyncStateTest, TellsWhoIsListed) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"b"})});
  EXPECT_EQ(state_->cursor(), "cursor");
  EXPECT_EQ(*state_->CountMembers(), 2);
  EXPECT_THAT(Delivered(), ElementsAre("ENTERED p1 +a", "ENTERED p2 +b"));
}

TEST_F(SyncStateTest, AnAddressThatTwoShareGoesWithTheLast) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"a"})});
  EXPECT_THAT(Delivered(), ElementsAre("ENTERED p1 +a", "ENTERED p2"));
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p1", {"a"}));
  EXPECT_THAT(Delivered(), ElementsAre("LEFT p1"));
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p2", {"a"}));
  EXPECT_THAT(Delivered(), ElementsAre("LEFT p2 -a"));
}

TEST_F(SyncStateTest, AChangedAddressRemovesTheOldOne) {
  List({MemberOf("p1", {"a", "b"})});
  Delivered();
  Change(v1::CHANGE_KIND_UPDATED, MemberOf("p1", {"b", "c"}));
  EXPECT_THAT(Delivered(), ElementsAre("UPDATED p1 +c -a"));
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p1", {"b", "c"}));
  EXPECT_THAT(Delivered(), ElementsAre("LEFT p1 -b -c"));
}

TEST_F(SyncStateTest, WhoIsErasedLeavesByTheNamesThatWereTold) {
  List({MemberOf("p1", {"a"})});
  Delivered();
  // It got another address before; of that the log tells no names any more.
  v1::Member nameless = MemberOf("p1", {});
  nameless.clear_identifiers();
  Change(v1::CHANGE_KIND_UPDATED, nameless);
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p1", {"a", "b"}));
  EXPECT_THAT(Delivered(), ElementsAre("LEFT p1 -a"));
  // Who may see no names sees none of anybody.
  Change(v1::CHANGE_KIND_ENTERED, nameless);
  Change(v1::CHANGE_KIND_UPDATED, nameless);
  EXPECT_THAT(Delivered(), ElementsAre("ENTERED p1", "UPDATED p1"));
}

TEST_F(SyncStateTest, AListThatIsReadAgainTellsTheDifference) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"b"}), MemberOf("p3", {"c"}),
        MemberOf("p4", {"d"})});
  Delivered();
  ASSERT_TRUE(state_->ForgetCursor().ok());
  EXPECT_EQ(state_->cursor(), "");
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"e"}), MemberOf("p3", {"c"}, 2),
        MemberOf("p5", {"d"})});
  EXPECT_THAT(Delivered(),
              ElementsAre("UPDATED p2 +e -b", "LEFT p3 -c", "ENTERED p3 +c",
                          "ENTERED p5", "LEFT p4"));
}

TEST_F(SyncStateTest, AListThatIsBrokenOffBeginsAnew) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"b"})});
  Delivered();
  ASSERT_TRUE(state_->BeginList().ok());
  ASSERT_TRUE(state_->TakePage(ListOf({MemberOf("p3", {"c"})})).ok());
  Reopen();
  EXPECT_EQ(state_->cursor(), "");
  List({MemberOf("p1", {"a"})});
  EXPECT_THAT(Delivered(),
              ElementsAre("ENTERED p3 +c", "LEFT p2 -b", "LEFT p3 -c"));
}

TEST_F(SyncStateTest, ABatchStaysTheSameUntilItIsFinished) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"b"}), MemberOf("p3", {"c"})});
  const auto first = state_->NextBatch({2, 1 << 20});
  ASSERT_TRUE(first.ok());
  ASSERT_EQ(first->deliveries.size(), 2u);
  EXPECT_EQ(first->first_file, 1);
  Reopen();
  const auto again = state_->NextBatch(kAll);
  ASSERT_TRUE(again.ok());
  ASSERT_EQ(again->deliveries.size(), 2u);
  EXPECT_EQ(again->first_file, 1);
  EXPECT_EQ(again->deliveries[0].id, first->deliveries[0].id);
  ASSERT_TRUE(state_->FinishBatch(3).ok());
  EXPECT_EQ(state_->waiting_count(), 1);
  const auto next = state_->NextBatch(kAll);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->first_file, 4);
  EXPECT_THAT(Delivered(), ElementsAre("ENTERED p3 +c"));
  EXPECT_THAT(Delivered(), IsEmpty());
}

TEST_F(SyncStateTest, ABatchIsBoundedByItsBytes) {
  List({MemberOf("p1", {"a"}), MemberOf("p2", {"b"})});
  const auto batch = state_->NextBatch({1000, 1});
  ASSERT_TRUE(batch.ok());
  EXPECT_EQ(batch->deliveries.size(), 1u);
}

TEST_F(SyncStateTest, WhoWasNeverToldDoesNotLeave) {
  List({});
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p1", {"a"}));
  EXPECT_THAT(Delivered(), IsEmpty());
  EXPECT_EQ(state_->cursor(), "later");
}

TEST_F(SyncStateTest, IsOfOneSubjectAndOneProcess) {
  const auto second = SyncState::Open(folder_, kSubject);
  EXPECT_THAT(second.status().message(),
              testing::HasSubstr("another process uses"));
  state_.reset();
  const auto other = SyncState::Open(folder_, "leads for raw as ndjson");
  EXPECT_THAT(other.status().message(),
              testing::HasSubstr("that of another sync"));
  Reopen();
}

TEST_F(SyncStateTest, NobodyElseReadsIt) {
  namespace fs = std::filesystem;
  EXPECT_EQ(fs::status(folder_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(fs::status(folder_ + "/sync.sqlite").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

// Texts of what a batch comes to: `-p1: a`.
std::vector<std::string> NetOf(const DeliveryBatch& batch, bool by_identifier) {
  const NetDeliveries net = NetDeliveriesOf(batch.deliveries, by_identifier);
  std::vector<std::string> texts;
  for (const auto* list : {&net.removed, &net.added}) {
    for (const v1::Member& member : *list) {
      std::string text = list == &net.removed ? "-" : "+";
      text += member.profile() + ":";
      for (const v1::Identifier& one : member.identifiers()) {
        text += " " + one.value();
      }
      texts.push_back(text);
    }
  }
  return texts;
}

TEST_F(SyncStateTest, OfEachIdentifierTheLastWordCounts) {
  List({MemberOf("p1", {"a", "b"})});
  Delivered();
  Change(v1::CHANGE_KIND_UPDATED, MemberOf("p1", {"b", "c"}));  // -a +c
  Change(v1::CHANGE_KIND_ENTERED, MemberOf("p2", {"a"}));       // +a
  Change(v1::CHANGE_KIND_LEFT, MemberOf("p1", {"b", "c"}));     // -b -c
  const auto batch = state_->NextBatch(kAll);
  ASSERT_TRUE(batch.ok());
  // What describes the person goes and comes with it.
  EXPECT_THAT(NetOf(*batch, /*by_identifier=*/true),
              ElementsAre("-p1: b c anna", "+p2: a anna"));
  EXPECT_THAT(NetOf(*batch, /*by_identifier=*/false),
              ElementsAre("-p1: b c", "+p2: a anna"));
}

}  // namespace
}  // namespace audienced
