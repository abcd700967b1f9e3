#ifndef AUDIENCED_TESTS_END_TO_END_CLIENT_H_
#define AUDIENCED_TESTS_END_TO_END_CLIENT_H_

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "audienced/v1/event_service.grpc.pb.h"

namespace audienced {

// What the tests say to a daemon, over a real channel.
class Client {
 public:
  explicit Client(std::shared_ptr<grpc::Channel> channel);

  // Of (audience, profile).
  using Members = std::set<std::pair<std::string, std::string>>;
  struct List {
    Members members;
    std::string cursor;
  };

  grpc::Status Ingest(const std::vector<v1::Event>& events,
                      v1::IngestEventsResponse& response);
  // All members of the shop's audiences, page by page; at `as_of` evaluated
  // anew where given. A failure fails the test.
  List ListAll(std::optional<absl::Time> as_of = std::nullopt);
  // Applies the changes after `cursor` to `members`; the cursor behind them.
  // A change that does not fit (an entry of a member, an exit of none) fails
  // the test.
  std::string Follow(std::string cursor, Members& members);

  v1::AudienceService::Stub& audiences() { return *audiences_; }
  v1::EventService::Stub& events() { return *events_; }

 private:
  std::unique_ptr<v1::AudienceService::Stub> audiences_;
  std::unique_ptr<v1::EventService::Stub> events_;
};

inline constexpr const char* kShopAudiences[] = {
    "cart-abandoners", "viewed-not-carted", "ebook-leads"};

// An event of the person `user`; further fields are the caller's to set.
v1::Event MakeEvent(const std::string& id, const std::string& name,
                    const std::string& user, absl::Time occurred);
// The same with one item.
v1::Event MakeEvent(const std::string& id, const std::string& name,
                    const std::string& user, absl::Time occurred,
                    const std::string& item);
// That `user` agrees to e-mails.
v1::Event MakeConsent(const std::string& id, const std::string& user,
                      absl::Time occurred);

}  // namespace audienced

#endif  // AUDIENCED_TESTS_END_TO_END_CLIENT_H_
