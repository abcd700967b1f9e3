// How audiencectl reads the pages of a list: what it asks for, and when. The
// answers are those of a service made here, so that it can be seen.

#include "daemon/ctl/client/member_pages.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"

namespace audienced {
namespace {

constexpr absl::Duration kSoon = absl::Seconds(30);
// A call that nobody gives up does not end by itself.
constexpr double kTimeoutSeconds = 1e6;

// Tells pages in their order; the token of each is its number. One with a rule
// version below 0 stands for a fault.
class PageService : public v1::AudienceService::Service {
 public:
  // What is asked behind the last page is answered only when its client goes.
  explicit PageService(std::vector<v1::ListMembersResponse> pages)
      : pages_(std::move(pages)) {}

  grpc::Status ListMembers(grpc::ServerContext* context,
                           const v1::ListMembersRequest* request,
                           v1::ListMembersResponse* response) override {
    size_t page = 0;
    if (!request->page_token().empty())
      page = std::stoul(request->page_token());
    {
      absl::MutexLock lock(&mutex_);
      requests_.push_back(*request);
    }
    if (page == pages_.size()) {
      while (!context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
      return grpc::Status::CANCELLED;
    }
    *response = pages_[page];
    if (response->rule_version() < 0) {
      return {grpc::StatusCode::OUT_OF_RANGE, "the state is gone"};
    }
    return grpc::Status::OK;
  }

  std::vector<v1::ListMembersRequest> requests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }

  // Whether so many were made within a time that is long.
  bool AwaitRequests(size_t count) const {
    const auto are_made = [&] {
      mutex_.AssertReaderHeld();
      return requests_.size() >= count;
    };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&are_made), kSoon);
  }

 private:
  const std::vector<v1::ListMembersResponse> pages_;
  mutable absl::Mutex mutex_;
  std::vector<v1::ListMembersRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

// Of `size` members, whose names are the numbers from `first` on. `next`: the
// token.
v1::ListMembersResponse Page(int first, int size, const std::string& next) {
  v1::ListMembersResponse page;
  for (int i = first; i < first + size; ++i) {
    page.add_members()->set_profile(absl::StrCat(i));
  }
  page.set_next_page_token(next);
  return page;
}

class MemberPagesTest : public testing::Test {
 protected:
  void Serve(std::vector<v1::ListMembersResponse> pages) {
    service_ = std::make_unique<PageService>(std::move(pages));
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(service_.get());
    server_ = builder.BuildAndStart();
    absl::StatusOr<Connection> connection = Connection::Open(
        {absl::StrCat("127.0.0.1:", port), kTimeoutSeconds, {}});
    ASSERT_TRUE(connection.ok()) << connection.status();
    connection_ = std::make_unique<Connection>(*std::move(connection));
  }

  static v1::ListMembersRequest Request() {
    v1::ListMembersRequest request;
    request.set_audience("everybody");
    request.set_page_size(100);
    request.set_destination(v1::DESTINATION_META);
    return request;
  }

  // The names of all members, in their order.
  std::vector<std::string> ReadAll(MemberPages& pages) {
    std::vector<std::string> names;
    while (!pages.at_end()) {
      const absl::Status status = pages.Next();
      EXPECT_TRUE(status.ok()) << status;
      if (!status.ok()) return names;
      for (const v1::Member& member : pages.page().members()) {
        names.push_back(member.profile());
      }
    }
    return names;
  }

  std::unique_ptr<PageService> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Connection> connection_;
};

std::vector<std::string> NumbersBelow(int end) {
  std::vector<std::string> numbers;
  for (int i = 0; i < end; ++i) numbers.push_back(absl::StrCat(i));
  return numbers;
}

TEST_F(MemberPagesTest, ReadsAllPagesInTheirOrder) {
  Serve({Page(0, 100, "1"), Page(100, 0, "2"), Page(100, 37, "")});
  MemberPages pages(*connection_, Request());
  EXPECT_EQ(ReadAll(pages), NumbersBelow(137));
  const auto requests = service_->requests();
  ASSERT_EQ(requests.size(), 3U);
  for (size_t i = 0; i < requests.size(); ++i) {
    v1::ListMembersRequest wanted = Request();
    if (i > 0) wanted.set_page_token(absl::StrCat(i));
    EXPECT_EQ(requests[i].ShortDebugString(), wanted.ShortDebugString());
  }
}

TEST_F(MemberPagesTest, AsksForThePageBehindBeforeOneIsUsed) {
  Serve({Page(0, 5, "1"), Page(5, 5, "")});
  MemberPages pages(*connection_, Request());
  ASSERT_TRUE(pages.Next().ok());
  EXPECT_FALSE(pages.at_end());
  EXPECT_TRUE(service_->AwaitRequests(2));
  EXPECT_EQ(pages.page().members(4).profile(), "4");
  ASSERT_TRUE(pages.Next().ok());
  EXPECT_TRUE(pages.at_end());
  EXPECT_EQ(pages.page().members(4).profile(), "9");
}

// What a later daemon adds to a page is gone over, whatever its type.
TEST_F(MemberPagesTest, KnowsThePageBehindAmongFieldsThatItDoesNotKnow) {
  v1::ListMembersResponse first;
  auto& unknown =
      *v1::ListMembersResponse::GetReflection()->MutableUnknownFields(&first);
  unknown.AddVarint(1000, uint64_t{1} << 63);
  unknown.AddFixed32(1001, 0xFFFFFFFF);
  unknown.AddFixed64(1002, 0xFFFFFFFFFFFFFFFF);
  unknown.AddLengthDelimited(1003, "\x12\x01x");
  unknown.AddLengthDelimited(v1::ListMembersResponse::kNextPageTokenFieldNumber,
                             "1");
  Serve({first, Page(0, 1, "")});
  MemberPages pages(*connection_, Request());
  EXPECT_EQ(ReadAll(pages), NumbersBelow(1));
}

TEST_F(MemberPagesTest, AsksForNobodyBeyondTheLimit) {
  Serve({Page(0, 100, "1"), Page(100, 60, "2"), Page(160, 40, "3")});
  MemberPages pages(*connection_, Request(), 200);
  EXPECT_EQ(ReadAll(pages), NumbersBelow(200));
  EXPECT_EQ(pages.page().next_page_token(), "3");
  const auto requests = service_->requests();
  ASSERT_EQ(requests.size(), 3U);
  EXPECT_EQ(requests[0].page_size(), 100);
  EXPECT_EQ(requests[1].page_size(), 100);
  EXPECT_EQ(requests[2].page_size(), 40);
}

TEST_F(MemberPagesTest, TellsAFaultBehindThePagesThatCameBefore) {
  v1::ListMembersResponse gone;
  gone.set_rule_version(-1);
  Serve({Page(0, 3, "1"), gone});
  MemberPages pages(*connection_, Request());
  ASSERT_TRUE(pages.Next().ok());
  ASSERT_TRUE(service_->AwaitRequests(2));
  EXPECT_EQ(pages.page().members_size(), 3);
  EXPECT_FALSE(pages.at_end());
  EXPECT_EQ(pages.Next().code(), absl::StatusCode::kOutOfRange);
  EXPECT_TRUE(pages.at_end());
}

TEST_F(MemberPagesTest, TellsAnAnswerThatIsNoPage) {
  v1::ListMembersResponse broken = Page(0, 1, "");
  broken.mutable_members(0)->set_profile("\xFF");  // no UTF-8
  Serve({broken});
  MemberPages pages(*connection_, Request());
  EXPECT_EQ(pages.Next().code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(pages.at_end());
}

TEST_F(MemberPagesTest, GivesUpThePageThatNobodyWaitsFor) {
  Serve({Page(0, 3, "1")});
  MemberPages pages(*connection_, Request());
  ASSERT_TRUE(pages.Next().ok());
  EXPECT_TRUE(service_->AwaitRequests(2));  // which is answered by no one
}

}  // namespace
}  // namespace audienced
