#include "daemon/ctl/sync/sync_options.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/ctl/above_zero.h"
#include "daemon/ctl/client/destination_proto.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/sync/target/folder_target.h"
#include "daemon/ctl/sync/target/webhook_target.h"
#include "daemon/destination/destination.h"
#include "daemon/system/read_file.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kSecretVariable[] = "AUDIENCED_WEBHOOK_SECRET";
constexpr size_t kShortestSecret = 16;

absl::StatusOr<std::string> ReadSecretFile(const std::string& option,
                                           const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, ": ", text.status().message()));
  }
  return text;
}

absl::StatusOr<std::string> SecretOf(const SyncOptions& options) {
  if (options.unsigned_requests) return std::string();
  const char* variable = std::getenv(kSecretVariable);
  std::string secret = variable == nullptr ? "" : variable;
  if (!options.secret_file.empty()) {
    absl::StatusOr<std::string> read =
        ReadSecretFile("--secret-file", options.secret_file);
    if (!read.ok()) return read.status();
    secret = *read;
  }
  absl::StripAsciiWhitespace(&secret);
  if (secret.empty()) {
    return absl::InvalidArgumentError(
        Concat("requests are signed, and there is no secret: name a file with "
               "--secret-file (openssl rand -hex 32 > secret), or set ",
               kSecretVariable, "; --unsigned goes without"));
  }
  if (secret.size() < kShortestSecret) {
    return absl::InvalidArgumentError(Concat(
        "the secret has ", std::to_string(secret.size()),
        " characters; wanted are at least ", std::to_string(kShortestSecret)));
  }
  return secret;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

// `Name: value` a line. The values are secrets and stay out of messages.
absl::StatusOr<Headers> HeadersOf(const SyncOptions& options) {
  Headers headers;
  if (options.headers_file.empty()) return headers;
  const absl::StatusOr<std::string> text =
      ReadSecretFile("--headers-file", options.headers_file);
  if (!text.ok()) return text.status();
  size_t start = 0;
  for (int number = 1; start < text->size(); ++number) {
    const size_t end = std::min(text->find('\n', start), text->size());
    std::string line = text->substr(start, end - start);
    start = end + 1;
    absl::StripAsciiWhitespace(&line);
    if (line.empty()) continue;
    const size_t colon = line.find(':');
    std::string value =
        colon == std::string::npos ? "" : line.substr(colon + 1);
    absl::StripAsciiWhitespace(&value);
    if (colon == 0 || value.empty()) {
      return absl::InvalidArgumentError(
          Concat(options.headers_file, ":", std::to_string(number),
                 ": no header; write it as in Authorization: Basic abc"));
    }
    headers.emplace_back(line.substr(0, colon), std::move(value));
  }
  return headers;
}

absl::StatusOr<std::unique_ptr<Target>> OpenFolder(
    const SyncOptions& options, std::unique_ptr<Format> format) {
  absl::StatusOr<std::unique_ptr<FolderTarget>> folder =
      FolderTarget::Open(options.to, std::move(format));
  if (!folder.ok()) return folder.status();
  return *std::move(folder);
}

absl::StatusOr<std::unique_ptr<Target>> OpenWebhook(
    const SyncOptions& options) {
  WebhookTarget::Options endpoint;
  absl::StatusOr<WebhookAddress> address = ParseWebhookAddress(options.to);
  if (!address.ok()) return address.status();
  absl::StatusOr<std::string> secret = SecretOf(options);
  if (!secret.ok()) return secret.status();
  absl::StatusOr<Headers> headers = HeadersOf(options);
  if (!headers.ok()) return headers.status();
  endpoint.address = *std::move(address);
  endpoint.shape = options.shape == "segment" ? WebhookShape::kSegment
                                              : WebhookShape::kAudienced;
  endpoint.secret = *std::move(secret);
  endpoint.headers = *std::move(headers);
  endpoint.authorities = options.endpoint_ca;
  endpoint.batch = options.batch;
  endpoint.timeout = absl::Seconds(options.request_timeout_seconds);
  endpoint.now = [] { return absl::Now(); };
  absl::StatusOr<std::unique_ptr<WebhookTarget>> webhook =
      WebhookTarget::Open(std::move(endpoint));
  if (!webhook.ok()) return webhook.status();
  return *std::move(webhook);
}

absl::StatusOr<Destination> DestinationAsked(const SyncOptions& options) {
  const std::optional<Destination> destination =
      FindDestination(options.destination);
  if (destination) return *destination;
  return absl::InvalidArgumentError(
      Concat("found the destination ", Quoted(options.destination),
             "; wanted is raw, google, meta, tiktok or linkedin"));
}

// `cart-abandoners for google as csv`.
std::string SubjectOf(const SyncOptions& options, Destination destination,
                      const std::string& form) {
  return Concat(options.audience, " for ", Name(destination), " as ", form);
}

absl::StatusOr<SyncPlan> PlanFolder(const SyncOptions& options,
                                    Destination destination) {
  FormatOptions told;
  told.audience = options.audience;
  told.account = options.account;
  told.list_id = options.list_id;
  told.terms_accepted = options.terms_accepted;
  told.destination = destination;
  absl::StatusOr<std::unique_ptr<Format>> format =
      MakeFormat(options.format, told);
  if (!format.ok()) return format.status();
  const Destination wanted = (*format)->destination();
  if (wanted != destination && destination != Destination::kRaw) {
    return absl::InvalidArgumentError(
        Concat("the format ", options.format, " is for ", Name(wanted),
               "; --destination goes with csv and ndjson"));
  }
  SyncPlan plan;
  plan.destination = ToProto(wanted);
  plan.subject = SubjectOf(options, wanted, options.format);
  plan.state =
      options.state.empty() ? Concat(options.to, ".state") : options.state;
  absl::StatusOr<std::unique_ptr<Target>> target =
      OpenFolder(options, *std::move(format));
  if (!target.ok()) return target.status();
  plan.target = *std::move(target);
  return plan;
}

absl::StatusOr<SyncPlan> PlanWebhook(const SyncOptions& options,
                                     Destination destination) {
  if (options.state.empty()) {
    return absl::InvalidArgumentError(
        "name a folder with --state, where the sync remembers what it has "
        "delivered");
  }
  SyncPlan plan;
  plan.destination = ToProto(destination);
  plan.subject =
      SubjectOf(options, destination, Concat(options.shape, " webhook"));
  plan.state = options.state;
  absl::StatusOr<std::unique_ptr<Target>> target = OpenWebhook(options);
  if (!target.ok()) return target.status();
  plan.target = *std::move(target);
  return plan;
}

}  // namespace

absl::StatusOr<SyncPlan> PlanSync(const SyncOptions& options) {
  const absl::StatusOr<Destination> destination = DestinationAsked(options);
  if (!destination.ok()) return destination.status();
  return IsWebhookAddress(options.to) ? PlanWebhook(options, *destination)
                                      : PlanFolder(options, *destination);
}

void AddSyncOptions(CLI::App& command, SyncOptions& options) {
  command.add_option("audience", options.audience, "The audience.")->required();
  command
      .add_option("--to", options.to,
                  "A folder, or an endpoint: https://...; http only to this "
                  "machine.")
      ->required();
  command.add_option("--state", options.state,
                     "The folder that remembers what is delivered. Default: "
                     "beside the folder, with .state behind its name.");
  command.add_flag("--once", options.once,
                   "End when the target is in sync. Default: follow.");
  command.add_option("--destination", options.destination,
                     "For whom identifiers are normalised and hashed: raw "
                     "(default), google, meta, tiktok, linkedin.");
  command
      .add_option("--format", options.format,
                  "Of the files in a folder; default ndjson. The formats are "
                  "those of audiencectl export.")
      ->check(CLI::IsMember(FormatNames()));
  command.add_option("--account", options.account,
                     "For google-data-manager-json: the Google Ads customer.");
  command.add_option(
      "--list-id", options.list_id,
      "For google-data-manager-json and klaviyo-json: the list.");
  command.add_flag("--terms-accepted,--accept-terms", options.terms_accepted,
                   "For google-data-manager-json: say that Google's Customer "
                   "Match terms are accepted.");
  command
      .add_option("--shape", options.shape,
                  "Of the requests to an endpoint: audienced (default), or "
                  "segment: Audience Entered and Audience Exited.")
      ->check(CLI::IsMember({"audienced", "segment"}));
  command.add_option("--secret-file", options.secret_file,
                     "The secret that signs requests. Default: what is in "
                     "AUDIENCED_WEBHOOK_SECRET.");
  command.add_flag("--unsigned", options.unsigned_requests,
                   "Do not sign requests.");
  command.add_option("--headers-file", options.headers_file,
                     "Headers for each request, Name: value a line.");
  command.add_option("--endpoint-ca", options.endpoint_ca,
                     "Certificates that the endpoint's is checked by. Default: "
                     "those of the system.");
  command
      .add_option("--batch", options.batch,
                  "At most so many changes in one request; default 100.")
      ->check(CLI::Range(1, 1000));
  command
      .add_option("--request-timeout", options.request_timeout_seconds,
                  "Seconds that a request may take to connect, to be sent, and "
                  "to be answered; default 10.")
      ->check(AboveZero());
}

}  // namespace audienced
