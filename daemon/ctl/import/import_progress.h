#ifndef AUDIENCED_DAEMON_CTL_IMPORT_IMPORT_PROGRESS_H_
#define AUDIENCED_DAEMON_CTL_IMPORT_IMPORT_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace audienced {

// What became of the events of a file so far.
struct ImportCounts {
  int64_t stored = 0;
  int64_t duplicates = 0;
  int64_t refused = 0;         // by the daemon
  int64_t rejected_lines = 0;  // which are no events

  int64_t events() const { return stored + duplicates + refused; }
};

// `shop.jsonl: 123,456 events, 41,152/s, 43 %`.
std::string ImportProgressText(const std::string& file, int64_t events,
                               absl::Duration elapsed, int64_t bytes_read,
                               int64_t file_size_bytes);

// `shop.jsonl: 123,456 stored, 0 duplicates, 1 refused, 2 lines rejected in
// 3.2 s (38,580 events/s)`, on one line.
std::string ImportSummaryText(const std::string& file,
                              const ImportCounts& counts,
                              absl::Duration elapsed);

// Tells on stderr how far an import is: on a terminal in one line that is
// rewritten and wiped in the end, elsewhere, if wanted, in a line every 3 s.
class ImportProgress {
 public:
  // `wanted`: also where stderr is no terminal.
  ImportProgress(std::string file, bool wanted);
  ~ImportProgress();

  ImportProgress(const ImportProgress&) = delete;
  ImportProgress& operator=(const ImportProgress&) = delete;

  // Cheap enough to be called with every batch.
  void Update(int64_t events, int64_t bytes_read, int64_t file_size_bytes);

  // Says something else on stderr, on a line of its own.
  void Tell(const std::string& message);

  absl::Duration elapsed() const;

 private:
  void Wipe();

  const std::string file_;
  const bool on_terminal_;
  const bool shown_;
  const absl::Time start_;
  absl::Time next_;
  bool printed_ = false;  // a line stands on the terminal
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_IMPORT_IMPORT_PROGRESS_H_
