#include "daemon/ctl/sync/target/dead_letters.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

#include "absl/types/span.h"
#include "daemon/ctl/sync/target/webhook_body.h"
#include "daemon/ctl/text/message_json.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string LineOf(const RefusedDelivery& refused) {
  nlohmann::ordered_json line = {{"reason", refused.why}};
  line.update(nlohmann::ordered_json::parse(
      WebhookBody(WebhookShape::kAudienced,
                  absl::MakeConstSpan(&refused.delivery, 1)))["changes"][0]);
  return JsonText(line) + "\n";
}

bool WriteAll(int file, const std::string& text) {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t part =
        write(file, text.data() + written, text.size() - written);
    if (part < 0) return false;
    written += static_cast<size_t>(part);
  }
  return fsync(file) == 0;
}

}  // namespace

absl::Status DeadLetters::Add(
    const std::vector<RefusedDelivery>& refused) const {
  if (refused.empty()) return absl::OkStatus();
  std::string text;
  for (const RefusedDelivery& one : refused) text += LineOf(one);
  const int file =
      open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const bool written = file >= 0 && WriteAll(file, text);
  absl::Status status;
  if (!written) {
    status = absl::FailedPreconditionError(
        Concat("cannot write ", path_, ": ", std::strerror(errno)));
  }
  if (file >= 0) close(file);
  return status;
}

}  // namespace audienced
