#include "daemon/system/folder_notices.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace audienced {

absl::StatusOr<FolderNotices> FolderNotices::Open(const std::string& folder,
                                                  uint32_t changes) {
  FolderNotices notices(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (notices.descriptor_ < 0) {
    return absl::ErrnoToStatus(errno, "cannot watch files");
  }
  if (inotify_add_watch(notices.descriptor_, folder.c_str(),
                        changes | IN_ONLYDIR) < 0) {
    const int error = errno;
    return absl::ErrnoToStatus(error, absl::StrCat("cannot watch ", folder));
  }
  return notices;
}

FolderNotices::FolderNotices(FolderNotices&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderNotices::~FolderNotices() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool FolderNotices::Take() {
  std::array<char, 4096> taken;  // what they say is not asked
  bool any = false;
  while (read(descriptor_, taken.data(), taken.size()) > 0) any = true;
  return any;
}

}  // namespace audienced
