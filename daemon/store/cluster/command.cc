#include "daemon/store/cluster/command.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

constexpr size_t kOutputLimitBytes = 16 << 10;

constexpr int kCannotBecomeUser = 126;
constexpr int kCannotStart = 127;

// What the child does after fork(): calls that are safe there, and no other.
[[noreturn]] void BecomeCommand(char* const* arguments, const UnixUser& user,
                                int output) {
  static char path[] = "PATH=/usr/bin:/bin";
  static char locale[] = "LC_ALL=C";
  static char* const environment[] = {path, locale, nullptr};

  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  const int input = open("/dev/null", O_RDONLY);
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setgid(user.gid) != 0 ||
                         setuid(user.uid) != 0)) {
    _exit(kCannotBecomeUser);
  }
  if (chdir("/") != 0) _exit(kCannotStart);
  execvpe(arguments[0], arguments, environment);
  _exit(kCannotStart);
}

std::string ReadAll(int file) {
  std::string text;
  char buffer[4096];
  ssize_t count = 0;
  while ((count = read(file, buffer, sizeof(buffer))) > 0 ||
         (count < 0 && errno == EINTR)) {
    if (count < 0) continue;
    const size_t room = kOutputLimitBytes - text.size();
    text.append(buffer, std::min(room, static_cast<size_t>(count)));
  }
  return text;
}

}  // namespace

absl::StatusOr<CommandResult> RunCommand(
    const std::vector<std::string>& arguments, const UnixUser& user) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);

  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::ErrnoToStatus(errno, "cannot make a pipe");
  }
  const pid_t child = fork();
  if (child == 0) BecomeCommand(pointers.data(), user, ends[1]);
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return absl::ErrnoToStatus(errno, "cannot make a process");
  }
  CommandResult result;
  result.output = ReadAll(ends[0]);
  close(ends[0]);
  absl::StripTrailingAsciiWhitespace(&result.output);

  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  if (result.exit_code == kCannotBecomeUser) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot become the user ", user.name, " to run ",
                     arguments[0], "; is CAP_SETUID missing?"));
  }
  return result;
}

}  // namespace audienced
