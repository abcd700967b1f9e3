#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_TARGET_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_TARGET_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/ctl/sync/target/target.h"
#include "daemon/ctl/sync/target/webhook_address.h"
#include "daemon/ctl/sync/target/webhook_body.h"

namespace httplib {
class Client;
}

namespace audienced {

// An HTTP endpoint that gets changes as JSON, POST by POST: one at a time, so
// in order. Not thread-safe.
//
//   2xx                      taken
//   408, 429, 5xx, no answer tried again, not before `Retry-After`
//   400, 409, 413, 422, ...  refused: the batch is halved until the changes
//   that
//                            are at fault stand alone; the others are taken
//   3xx, 401, 403, 404, 405, the address or what proves who we are is wrong: no
//   410, 501                 batch will get there, so nothing is given up
class WebhookTarget : public Target {
 public:
  struct Options {
    WebhookAddress address;
    WebhookShape shape = WebhookShape::kAudienced;
    std::string secret;  // signs what is sent; empty: is not signed
    std::vector<std::pair<std::string, std::string>> headers;
    std::string authorities;  // a file of certificates; empty: the system's
    int64_t batch = 100;      // changes in one request
    absl::Duration timeout;   // of connecting, sending, and the answer
    std::function<absl::Time()> now;
  };

  // INVALID_ARGUMENT where the file of certificates cannot be read.
  static absl::StatusOr<std::unique_ptr<WebhookTarget>> Open(Options options);
  ~WebhookTarget() override;

  BatchLimits limits() const override;
  DeliveryResult Deliver(const DeliveryBatch& batch) override;

 private:
  // What an endpoint answered.
  struct Answer {
    int status = 0;  // 0: nothing, for `fault`
    std::string fault;
    std::string retry_after;
    std::string date;
    std::string text;  // how its body begins
  };

  explicit WebhookTarget(Options options);

  // Delivers some; false where `result` says why no more is to be tried.
  bool DeliverSome(absl::Span<const Delivery> deliveries,
                   DeliveryResult& result);
  Answer Post(const std::string& body);

  const Options options_;
  const std::unique_ptr<httplib::Client> client_;
};

// How long an endpoint asks to be left alone: seconds, or the distance of an
// HTTP date from the one of the answer. Zero for what is neither; an hour at
// most.
absl::Duration RetryAfterOf(const std::string& retry_after,
                            const std::string& date);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_TARGET_H_
