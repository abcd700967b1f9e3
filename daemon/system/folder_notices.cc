#include "daemon/system/folder_notices.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
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
    : descriptor_(std::exchange(other.descriptor_, -1)),
      is_over_(other.is_over_) {}

FolderNotices::~FolderNotices() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool FolderNotices::Take() {
  alignas(inotify_event) std::array<char, 4096> taken;
  bool any = false;
  ssize_t size = 0;
  while ((size = read(descriptor_, taken.data(), taken.size())) > 0) {
    any = true;
    // Which files they are about is not asked.
    for (ssize_t at = 0; at < size;) {
      inotify_event event;
      std::memcpy(&event, taken.data() + at, sizeof(event));
      if ((event.mask & IN_IGNORED) != 0) is_over_ = true;
      at += static_cast<ssize_t>(sizeof(event) + event.len);
    }
  }
  return any;
}

}  // namespace audienced
