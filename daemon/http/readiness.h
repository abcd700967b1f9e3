#ifndef AUDIENCED_DAEMON_HTTP_READINESS_H_
#define AUDIENCED_DAEMON_HTTP_READINESS_H_

#include <string>
#include <vector>

namespace audienced {

// One thing that must be so before the daemon can do its work.
struct ReadinessCheck {
  std::string name;  // `database`, `rules`
  bool ready = false;
  // Why not, or what is noteworthy although it is. No personal data.
  std::string reason;
};

// Ready when every check is.
using Readiness = std::vector<ReadinessCheck>;

bool IsReady(const Readiness& readiness);

// What /readyz answers, ending with a line break:
//
//   not ready
//   - database: connection refused
//
// `verbose` lists the checks that are ready too.
std::string ReadinessText(const Readiness& readiness, bool verbose);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HTTP_READINESS_H_
