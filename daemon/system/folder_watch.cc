#include "daemon/system/folder_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <utility>

#include "absl/time/clock.h"

namespace audienced {

absl::StatusOr<std::unique_ptr<FolderWatch>> FolderWatch::Start(
    const std::string& path, std::function<void()> changed) {
  std::error_code ignored;
  const std::filesystem::path given = path;
  const std::filesystem::path folder =
      std::filesystem::is_directory(given, ignored) ? given
                                                    : given.parent_path();
  // Before the notices: where it changes in between, it is looked at again.
  const FolderId id = IdOf(folder).value_or(FolderId());
  absl::StatusOr<FolderNotices> notices = NoticesOf(folder);
  if (!notices.ok()) return notices.status();
  return std::unique_ptr<FolderWatch>(
      new FolderWatch(folder, id, *std::move(notices), std::move(changed)));
}

absl::StatusOr<FolderNotices> FolderWatch::NoticesOf(
    const std::string& folder) {
  return FolderNotices::Open(folder, IN_CLOSE_WRITE | IN_MOVED_TO |
                                         IN_MOVED_FROM | IN_CREATE | IN_DELETE);
}

std::optional<FolderWatch::FolderId> FolderWatch::IdOf(
    const std::string& folder) {
  struct stat found = {};
  if (stat(folder.c_str(), &found) != 0) return std::nullopt;
  return FolderId(found.st_dev, found.st_ino);
}

FolderWatch::FolderWatch(std::string folder, FolderId id, FolderNotices notices,
                         std::function<void()> changed)
    : folder_(std::move(folder)),
      id_(id),
      notices_(std::move(notices)),
      ending_(eventfd(0, EFD_CLOEXEC)),
      changed_(std::move(changed)),
      thread_([this] { Run(); }) {}

FolderWatch::~FolderWatch() {
  const uint64_t one = 1;
  if (write(ending_, &one, sizeof(one)) > 0) thread_.join();
  close(ending_);
}

void FolderWatch::Run() {
  while (true) {
    Heard heard = Listen(kLook);
    if (heard == Heard::kNothing && IsAnother()) heard = Heard::kNotice;
    if (heard == Heard::kNothing) continue;
    const absl::Time give_up = absl::Now() + kPatience;
    while (heard == Heard::kNotice && absl::Now() < give_up) {
      heard = Listen(kRest);
    }
    if (heard == Heard::kEnd) return;
    changed_();
  }
}

bool FolderWatch::IsAnother() {
  const std::optional<FolderId> id = IdOf(folder_);
  if (!id || *id == id_) return false;
  absl::StatusOr<FolderNotices> notices = NoticesOf(folder_);
  if (!notices.ok()) return false;  // gone again
  id_ = *id;
  notices_.emplace(*std::move(notices));
  return true;
}

FolderWatch::Heard FolderWatch::Listen(absl::Duration patience) {
  const int timeout = static_cast<int>(absl::ToInt64Milliseconds(patience));
  std::array<pollfd, 2> sources = {
      {{ending_, POLLIN, 0}, {notices_->descriptor(), POLLIN, 0}}};
  while (poll(sources.data(), sources.size(), timeout) < 0) {
    if (errno != EINTR) return Heard::kEnd;
  }
  if (sources[0].revents != 0) return Heard::kEnd;
  if (sources[1].revents == 0) return Heard::kNothing;
  notices_->Take();
  if (notices_->is_over()) id_ = FolderId();  // another may get its number
  return Heard::kNotice;
}

}  // namespace audienced
