#ifndef AUDIENCED_DAEMON_INGEST_REJECTED_LINES_H_
#define AUDIENCED_DAEMON_INGEST_REJECTED_LINES_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "daemon/ingest/event_line.h"

namespace audienced {

// The list of the lines of a file that are no events: CSV with the columns
// `line,reason,text`. The file is made with its first line. The list of an
// earlier run is taken away, so that none is left where every line was good;
// any other file of that name is left alone. Not thread-safe.
class RejectedLines {
 public:
  explicit RejectedLines(std::string path);

  // Fails where the list cannot be written, or another file stands there.
  absl::Status Add(const EventLine& line);

  int64_t count() const { return count_; }
  const std::string& path() const { return path_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  int64_t count_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_REJECTED_LINES_H_
