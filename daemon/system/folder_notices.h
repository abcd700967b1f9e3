#ifndef AUDIENCED_DAEMON_SYSTEM_FOLDER_NOTICES_H_
#define AUDIENCED_DAEMON_SYSTEM_FOLDER_NOTICES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace audienced {

// What the system notes about the files that stand in a folder. A change is
// noted before the call that makes it returns. Not thread-safe.
class FolderNotices {
 public:
  // `changes`: those that are noted, IN_MODIFY and its kin of inotify. Fails
  // where the system says no.
  static absl::StatusOr<FolderNotices> Open(const std::string& folder,
                                            uint32_t changes);
  ~FolderNotices();

  FolderNotices(FolderNotices&& other) noexcept;
  FolderNotices& operator=(FolderNotices&&) = delete;

  // Whether anything was noted since the last call. Does not wait.
  bool Take();

  // Whether the folder itself is gone: nothing more is noted then, whoever
  // takes its place. As known by the last Take().
  bool is_over() const { return is_over_; }

  // Can be read where there is something to take.
  int descriptor() const { return descriptor_; }

 private:
  explicit FolderNotices(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // an inotify; -1: moved from
  bool is_over_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_FOLDER_NOTICES_H_
