#include "daemon/ctl/sync/target/webhook_address.h"

#include <re2/re2.h>

#include "rules/source/message.h"

namespace audienced {

bool IsWebhookAddress(const std::string& target) {
  static const re2::RE2& scheme = *new re2::RE2("(?i)[a-z][a-z0-9+.-]*://.*");
  return re2::RE2::FullMatch(target, scheme);
}

absl::StatusOr<WebhookAddress> ParseWebhookAddress(const std::string& text) {
  // Scheme, user, host, port, path and query; what follows `#` is never sent.
  static const re2::RE2& form = *new re2::RE2(
      "(?i)(https?)://([^/?#]*@)?(\\[[0-9a-f:.]+\\]|[^/?#@:\\s]+)(:[0-9]{1,5})?"
      "(/[^#\\s]*)?(#.*)?");
  std::string scheme, user, host, port, path, fragment;
  if (!re2::RE2::FullMatch(text, form, &scheme, &user, &host, &port, &path,
                           &fragment)) {
    return absl::InvalidArgumentError(
        Concat(Quoted(text),
               " is no address; write it as in "
               "https://hooks.example.com/audiences"));
  }
  if (!user.empty()) {
    return absl::InvalidArgumentError(
        "a password in the address can be read by all users of this machine; "
        "put an Authorization header into the file of --headers-file");
  }
  static const re2::RE2& loopback =
      *new re2::RE2("(?i)localhost|127\\.[0-9.]+|\\[::1\\]");
  const bool is_encrypted = scheme.size() == 5;
  if (!is_encrypted && !re2::RE2::FullMatch(host, loopback)) {
    return absl::InvalidArgumentError(
        Concat("what goes to ", Quoted(host),
               " over plain HTTP can be read on the way; wanted is https"));
  }
  return WebhookAddress{
      Concat(is_encrypted ? "https://" : "http://", host, port),
      path.empty() ? "/" : path};
}

}  // namespace audienced
