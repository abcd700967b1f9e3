#include "daemon/store/postgres/session_owner.h"

#include <limits.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace audienced {
namespace {

constexpr char kProgram[] = "audienced";
constexpr size_t kHostLimitBytes = 40;  // PostgreSQL keeps 63 bytes of all

}  // namespace

SessionOwner SessionOwner::Own() {
  char host[HOST_NAME_MAX + 1] = "";
  gethostname(host, HOST_NAME_MAX);
  return {std::string(host).substr(0, kHostLimitBytes), getpid()};
}

std::optional<SessionOwner> SessionOwner::Parse(
    const std::string& application_name) {
  const std::vector<std::string> words = absl::StrSplit(application_name, ' ');
  SessionOwner process;
  if (words.size() != 3 || words[0] != kProgram ||
      !absl::SimpleAtoi(words[2], &process.pid)) {
    return std::nullopt;
  }
  process.host = words[1];
  return process;
}

std::string SessionOwner::ApplicationName() const {
  return absl::StrCat(kProgram, " ", host, " ", pid);
}

std::string SessionOwner::ToText() const {
  return absl::StrCat(kProgram, ", process ", pid, " on host ", host);
}

bool SessionOwner::IsHere() const { return host == Own().host; }

bool SessionOwner::IsGone() const {
  return IsHere() && kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace audienced
