#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_FILE_PROJECTION_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_FILE_PROJECTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "daemon/ctl/offline/projected_lines.h"
#include "daemon/ingest/event_file.h"

namespace audienced {

// Reads a file of events as the rules see them, on several threads, and gives
// them out in the order of the file. Memory stays bounded.
class FileProjection {
 public:
  // On one thread a projector. Borrows its arguments; nobody else may use them
  // until this object is gone.
  FileProjection(EventFile& file, std::vector<LineProjector>& projectors);
  // Reads no further.
  ~FileProjection();

  FileProjection(const FileProjection&) = delete;
  FileProjection& operator=(const FileProjection&) = delete;

  struct Batch {
    ProjectedLines lines;
    int64_t bytes_read = 0;  // of the file, so far
    bool is_last = false;
    absl::Status status;  // what kept the file from being read on
  };
  // Waits for the next lines. Not to be asked again behind the last ones.
  Batch Next();

 private:
  void Work(LineProjector& projector);
  // Waits until not too many batches before `number` are left; false where
  // nobody takes any more.
  bool WaitForRoom(int64_t number);
  // Reads on; only one at a time does. Lines that can be told apart are left
  // for later.
  std::unique_ptr<EventFile::Lines> Take(LineProjector& projector, Batch& batch)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(file_mutex_);

  bool HasNext() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return done_.contains(next_);
  }

  EventFile& file_;

  absl::Mutex file_mutex_;
  int64_t taken_ ABSL_GUARDED_BY(file_mutex_) = 0;  // batches
  bool is_at_end_ ABSL_GUARDED_BY(file_mutex_) = false;
  // As far as the file has to be read line by line.
  int lines_to_read_ ABSL_GUARDED_BY(file_mutex_) = 0;

  absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(file_mutex_);
  std::map<int64_t, Batch> done_ ABSL_GUARDED_BY(mutex_);  // by number
  int64_t next_ ABSL_GUARDED_BY(mutex_) = 0;               // to be given out
  bool is_over_ ABSL_GUARDED_BY(mutex_) = false;  // nobody takes any more
  std::vector<std::thread> threads_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_FILE_PROJECTION_H_
