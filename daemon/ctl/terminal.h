#ifndef AUDIENCED_DAEMON_CTL_TERMINAL_H_
#define AUDIENCED_DAEMON_CTL_TERMINAL_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "rules/source/render.h"

namespace audienced {

bool IsTerminal(std::FILE* stream);

// Colours for a terminal whose user did not refuse them (NO_COLOR).
Color ColorFor(std::FILE* stream);

// Whether the user's locale writes UTF-8. Leaves that of the process alone.
bool WritesUtf8();

// Says what went wrong, on stderr: "audiencectl: ...".
void PrintError(std::string_view message);

// Whether a person at a terminal says yes to `question`; no where there is
// none.
bool AskAtTerminal(const std::string& question);

// `1 file`, `2 files`.
std::string Counted(int64_t count, std::string_view noun);

// Tells on stderr how far a long work is, where that is a terminal; nothing in
// the first second, so short work stays quiet. The line is wiped at the end.
class Progress {
 public:
  // `what` is being done: "reading events.csv".
  explicit Progress(std::string what);
  ~Progress();

  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `done` of `total`, in any unit. Cheap enough for each of many steps.
  void Update(int64_t done, int64_t total);

 private:
  const std::string what_;
  const bool shown_;
  absl::Time next_;
  uint32_t calls_ = 0;
  bool printed_ = false;
};

// Time since an unknown start that never goes back, for durations.
absl::Time SteadyNow();

// The most memory that this process ever had.
int64_t PeakMemoryBytes();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TERMINAL_H_
