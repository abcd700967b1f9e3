#include "daemon/ctl/sync/target/webhook_target.h"

#include <httplib.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "daemon/ctl/sync/target/signature.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Endpoints such as Segment's take half a megabyte; JSON is a few times as long
// as a message.
constexpr int64_t kBatchBytes = 96 << 10;
constexpr size_t kTextBytes = 300;
constexpr absl::Duration kLongestRetryAfter = absl::Hours(1);

enum class Meaning { kTaken, kTryAgain, kRefused, kHopeless };

Meaning MeaningOf(int status) {
  if (status >= 200 && status < 300) return Meaning::kTaken;
  switch (status) {
    case 0:
    case 408:
    case 425:
    case 429:
      return Meaning::kTryAgain;
    case 401:
    case 402:
    case 403:
    case 404:
    case 405:
    case 407:
    case 410:
    case 501:
      return Meaning::kHopeless;
    default:
      if (status >= 500) return Meaning::kTryAgain;
      return status >= 400 ? Meaning::kRefused : Meaning::kHopeless;
  }
}

std::string FaultText(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::BindIPAddress:
      return "no connection";
    case httplib::Error::ConnectionTimeout:
      return "no connection in time";
    case httplib::Error::SSLConnection:
      return "no TLS connection";
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
      return "its certificate is not one to trust";
    case httplib::Error::Read:
      return "no answer";
    default:
      return Concat("failed: ", httplib::to_string(error));
  }
}

}  // namespace

absl::Duration RetryAfterOf(const std::string& retry_after,
                            const std::string& date) {
  int64_t seconds = 0;
  absl::Duration delay;
  if (absl::SimpleAtoi(retry_after, &seconds)) {
    delay = absl::Seconds(seconds);
  } else {
    constexpr char kHttpDate[] = "%a, %d %b %Y %H:%M:%S GMT";
    absl::Time then, now;
    std::string error;
    if (!absl::ParseTime(kHttpDate, retry_after, &then, &error) ||
        !absl::ParseTime(kHttpDate, date, &now, &error)) {
      return absl::ZeroDuration();
    }
    delay = then - now;
  }
  return std::clamp(delay, absl::ZeroDuration(), kLongestRetryAfter);
}

absl::StatusOr<std::unique_ptr<WebhookTarget>> WebhookTarget::Open(
    Options options) {
  std::error_code error;
  if (!options.authorities.empty() &&
      !std::filesystem::is_regular_file(options.authorities, error)) {
    return absl::InvalidArgumentError(Concat(
        "there is no file of certificates ", Quoted(options.authorities)));
  }
  return std::unique_ptr<WebhookTarget>(new WebhookTarget(std::move(options)));
}

WebhookTarget::WebhookTarget(Options options)
    : options_(std::move(options)),
      client_(std::make_unique<httplib::Client>(options_.address.origin)) {
  const auto timeout = absl::ToChronoMilliseconds(options_.timeout);
  client_->set_connection_timeout(timeout);
  client_->set_read_timeout(timeout);
  client_->set_write_timeout(timeout);
  client_->set_keep_alive(true);
  client_->set_tcp_nodelay(true);
  client_->set_follow_location(false);
  client_->enable_server_certificate_verification(true);
  if (!options_.authorities.empty()) {
    client_->set_ca_cert_path(options_.authorities);
  }
}

WebhookTarget::~WebhookTarget() = default;

BatchLimits WebhookTarget::limits() const {
  return {options_.batch, kBatchBytes};
}

DeliveryResult WebhookTarget::Deliver(const DeliveryBatch& batch) {
  DeliveryResult result;
  DeliverSome(batch.deliveries, result);
  return result;
}

bool WebhookTarget::DeliverSome(absl::Span<const Delivery> deliveries,
                                DeliveryResult& result) {
  const std::string body = WebhookBody(options_.shape, deliveries);
  if (body.empty()) return true;
  const Answer answer = Post(body);
  const std::string what =
      answer.status == 0 ? Concat(options_.address.origin, ": ", answer.fault)
                         : Concat(options_.address.origin, " answered ",
                                  std::to_string(answer.status));
  switch (MeaningOf(answer.status)) {
    case Meaning::kTaken:
      return true;
    case Meaning::kTryAgain:
      result.status = absl::UnavailableError(what);
      result.retry_delay = RetryAfterOf(answer.retry_after, answer.date);
      return false;
    case Meaning::kHopeless:
      result.status = absl::FailedPreconditionError(what);
      return false;
    case Meaning::kRefused:
      break;
  }
  if (deliveries.size() == 1) {
    // An endpoint may repeat what it was sent: only here are its words shown.
    result.refused.push_back(
        {deliveries.front(),
         Concat(what, answer.text.empty() ? "" : ": ", answer.text)});
    return true;
  }
  const size_t half = deliveries.size() / 2;
  return DeliverSome(deliveries.subspan(0, half), result) &&
         DeliverSome(deliveries.subspan(half), result);
}

WebhookTarget::Answer WebhookTarget::Post(const std::string& body) {
  httplib::Request request;
  request.method = "POST";
  request.path = options_.address.path;
  request.body = body;
  request.set_header("Content-Type", "application/json");
  request.set_header("User-Agent", "audiencectl");
  for (const auto& [name, value] : options_.headers) {
    request.set_header(name, value);
  }
  if (!options_.secret.empty()) {
    request.set_header(kSignatureHeader,
                       SignatureOf(options_.secret, options_.now(), body));
  }
  Answer answer;
  // The status is all that counts; of what follows no more is read than is
  // shown.
  request.response_handler = [&answer](const httplib::Response& response) {
    answer.status = response.status;
    answer.retry_after = response.get_header_value("Retry-After");
    answer.date = response.get_header_value("Date");
    return true;
  };
  request.content_receiver = [&answer](const char* data, size_t size, uint64_t,
                                       uint64_t) {
    answer.text.append(data, std::min(size, kTextBytes - answer.text.size()));
    return answer.text.size() < kTextBytes;
  };
  const httplib::Result result = client_->send(request);
  if (answer.status == 0) answer.fault = FaultText(result.error());
  answer.text = Printable(answer.text);
  return answer;
}

}  // namespace audienced
