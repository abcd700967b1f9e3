#include "daemon/ctl/terminal.h"

#include <langinfo.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <clocale>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "rules/source/message.h"

namespace audienced {

bool IsTerminal(std::FILE* stream) { return isatty(fileno(stream)) == 1; }

Color ColorFor(std::FILE* stream) {
  const char* refused = std::getenv("NO_COLOR");
  const bool wanted = refused == nullptr || *refused == '\0';
  return wanted && IsTerminal(stream) ? Color::kAlways : Color::kNever;
}

bool WritesUtf8() {
  const locale_t locale = newlocale(LC_CTYPE_MASK, "", nullptr);
  if (locale == nullptr) return false;
  const bool utf8 = std::strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return utf8;
}

void PrintError(std::string_view message) {
  const std::string line = Concat("audiencectl: ", message, "\n");
  std::fputs(line.c_str(), stderr);
}

std::string Counted(int64_t count, std::string_view noun) {
  return Concat(std::to_string(count), " ", noun, count == 1 ? "" : "s");
}

Progress::Progress(std::string what)
    : what_(std::move(what)),
      shown_(IsTerminal(stderr)),
      next_(SteadyNow() + absl::Seconds(1)) {}

Progress::~Progress() {
  if (printed_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Update(int64_t done, int64_t total) {
  constexpr uint32_t kCallsPerLook = 64;
  if (!shown_ || ++calls_ % kCallsPerLook != 0) return;
  const absl::Time now = SteadyNow();
  if (now < next_) return;
  next_ = now + absl::Milliseconds(200);
  // Of a pipe nobody knows how much is to come.
  const std::string part =
      total > 0 ? Concat(" ", std::to_string(done * 100 / total), " %")
                : " ...";
  std::fprintf(stderr, "\r\x1b[K%s%s", what_.c_str(), part.c_str());
  printed_ = true;
}

absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

int64_t PeakMemoryBytes() {
  struct rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;  // Linux counts KiB
}

bool AskAtTerminal(const std::string& question) {
  if (!IsTerminal(stdin) || !IsTerminal(stdout)) return false;
  std::printf("%s [y/N] ", question.c_str());
  std::fflush(stdout);
  const int answer = std::getchar();
  return answer == 'y' || answer == 'Y';
}

}  // namespace audienced
