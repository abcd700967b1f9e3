#include "daemon/http/readiness.h"

#include <algorithm>

namespace audienced {

bool IsReady(const Readiness& readiness) {
  return std::all_of(readiness.begin(), readiness.end(),
                     [](const ReadinessCheck& check) { return check.ready; });
}

std::string ReadinessText(const Readiness& readiness, bool verbose) {
  std::string text = IsReady(readiness) ? "ready\n" : "not ready\n";
  for (const ReadinessCheck& check : readiness) {
    if (check.ready && !verbose) continue;
    text.append(check.ready ? "+ " : "- ").append(check.name);
    if (!check.reason.empty()) text.append(": ").append(check.reason);
    text.append("\n");
  }
  return text;
}

}  // namespace audienced
