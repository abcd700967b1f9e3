#include "daemon/system/folder_watch.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/time/clock.h"

namespace audienced {

absl::StatusOr<std::unique_ptr<FolderWatch>> FolderWatch::Start(
    const std::string& path, std::function<void()> changed) {
  std::error_code ignored;
  const std::filesystem::path given = path;
  const std::filesystem::path folder =
      std::filesystem::is_regular_file(given, ignored) ? given.parent_path()
                                                       : given;
  std::unique_ptr<FolderWatch> watch(
      new FolderWatch(folder, std::move(changed)));
  const absl::Status turned = watch->Turn();
  if (!turned.ok()) return turned;
  watch->thread_ = std::thread([watch = watch.get()] { watch->Run(); });
  return watch;
}

absl::StatusOr<FolderNotices> FolderWatch::NoticesOf(
    const std::string& folder) {
  return FolderNotices::Open(folder, IN_CLOSE_WRITE | IN_MOVED_TO |
                                         IN_MOVED_FROM | IN_CREATE | IN_DELETE);
}

FolderWatch::FolderId FolderWatch::IdNow() const {
  struct stat found = {};
  if (stat(folder_.c_str(), &found) != 0) return kNone;
  return {found.st_dev, found.st_ino};
}

FolderWatch::FolderWatch(std::string folder, std::function<void()> changed)
    : folder_(std::move(folder)), changed_(std::move(changed)) {}

FolderWatch::~FolderWatch() {
  ending_.Wake();
  if (thread_.joinable()) thread_.join();
}

absl::Status FolderWatch::Turn() {
  // Before the notices: where it changes in between, it is looked at again.
  const FolderId id = IdNow();
  id_ = kNone;
  notices_.reset();
  if (id == kNone) return absl::OkStatus();
  absl::StatusOr<FolderNotices> notices = NoticesOf(folder_);
  if (!notices.ok()) return notices.status();
  id_ = id;
  notices_.emplace(*std::move(notices));
  return absl::OkStatus();
}

void FolderWatch::Run() {
  while (true) {
    Heard heard = Listen(kLook);
    if (heard == Heard::kNothing && HasTurned()) heard = Heard::kNotice;
    if (heard == Heard::kNothing) continue;
    const absl::Time give_up = absl::Now() + kPatience;
    while (heard == Heard::kNotice && absl::Now() < give_up) {
      heard = Listen(kRest);
    }
    if (heard == Heard::kEnd) return;
    changed_();
  }
}

bool FolderWatch::HasTurned() {
  const FolderId before = id_;
  if (IdNow() == before) return false;
  // Where it cannot be watched, it is as if it were not there.
  return Turn().ok() || before != kNone;
}

FolderWatch::Heard FolderWatch::Listen(absl::Duration patience) {
  const int timeout = static_cast<int>(absl::ToInt64Milliseconds(patience));
  std::array<pollfd, 2> sources = {
      {{ending_.descriptor(), POLLIN, 0},
       {notices_ ? notices_->descriptor() : -1, POLLIN, 0}}};
  while (poll(sources.data(), sources.size(), timeout) < 0) {
    if (errno != EINTR) return Heard::kEnd;
  }
  if (sources[0].revents != 0) return Heard::kEnd;
  if (sources[1].revents == 0) return Heard::kNothing;
  notices_->Take();
  if (notices_->is_over()) id_ = kNone;  // another may get its number
  return Heard::kNotice;
}

}  // namespace audienced
