#include "daemon/ctl/import/import_progress.h"

#include <cstdio>
#include <utility>

#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr absl::Duration kTerminalInterval = absl::Milliseconds(200);
constexpr absl::Duration kLineInterval = absl::Seconds(3);

// Events in a second, whole.
std::string RateText(int64_t events, absl::Duration elapsed) {
  const double seconds = absl::ToDoubleSeconds(elapsed);
  return Grouped(
      seconds > 0 ? static_cast<int64_t>(static_cast<double>(events) / seconds)
                  : events);
}

}  // namespace

std::string ImportProgressText(const std::string& file, int64_t events,
                               absl::Duration elapsed, int64_t bytes_read,
                               int64_t file_size_bytes) {
  std::string text = Concat(file, ": ", Grouped(events), " events, ",
                            RateText(events, elapsed), "/s");
  // The size of a pipe is not known.
  if (file_size_bytes > 0) {
    const double share =
        static_cast<double>(bytes_read) / static_cast<double>(file_size_bytes);
    text += Concat(", ", std::to_string(static_cast<int>(share * 100)), " %");
  }
  return text;
}

std::string ImportSummaryText(const std::string& file,
                              const ImportCounts& counts,
                              absl::Duration elapsed) {
  char seconds[32];
  std::snprintf(seconds, sizeof(seconds), "%.1f s",
                absl::ToDoubleSeconds(elapsed));
  return Concat(
      file, ": ", Grouped(counts.stored), " stored, ",
      Grouped(counts.duplicates),
      counts.duplicates == 1 ? " duplicate, " : " duplicates, ",
      Grouped(counts.refused), " refused, ", Grouped(counts.rejected_lines),
      counts.rejected_lines == 1 ? " line" : " lines", " rejected in ", seconds,
      " (", RateText(counts.events(), elapsed), " events/s)");
}

ImportProgress::ImportProgress(std::string file, bool wanted)
    : file_(std::move(file)),
      on_terminal_(IsTerminal(stderr)),
      shown_(wanted || on_terminal_),
      start_(SteadyNow()),
      next_(start_ + (on_terminal_ ? absl::Seconds(1) : kLineInterval)) {}

ImportProgress::~ImportProgress() { Wipe(); }

void ImportProgress::Update(int64_t events, int64_t bytes_read,
                            int64_t file_size_bytes) {
  if (!shown_) return;
  const absl::Time now = SteadyNow();
  if (now < next_) return;
  next_ = now + (on_terminal_ ? kTerminalInterval : kLineInterval);
  const std::string text = ImportProgressText(file_, events, now - start_,
                                              bytes_read, file_size_bytes);
  Wipe();
  std::fprintf(stderr, on_terminal_ ? "%s" : "%s\n", text.c_str());
  printed_ = on_terminal_;
}

void ImportProgress::Tell(const std::string& message) {
  Wipe();
  PrintError(message);
}

absl::Duration ImportProgress::elapsed() const { return SteadyNow() - start_; }

void ImportProgress::Wipe() {
  if (printed_) std::fputs("\r\x1b[K", stderr);
  printed_ = false;
}

}  // namespace audienced
