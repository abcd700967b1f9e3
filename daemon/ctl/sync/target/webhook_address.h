#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_ADDRESS_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"

namespace audienced {

// An HTTP endpoint.
struct WebhookAddress {
  std::string origin;  // `https://hooks.example.com:8443`
  std::string path;    // with the query; at least `/`
};

// Whether `target` is an address rather than a folder.
bool IsWebhookAddress(const std::string& target);

// INVALID_ARGUMENT for what is no address; for a user or password within it,
// since command lines can be read by all; and for plain HTTP to another
// machine, since what is sent is about people.
absl::StatusOr<WebhookAddress> ParseWebhookAddress(const std::string& text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_WEBHOOK_ADDRESS_H_
