#include "daemon/system/folder_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
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
  absl::StatusOr<FolderNotices> notices =
      FolderNotices::Open(folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                      IN_CREATE | IN_DELETE);
  if (!notices.ok()) return notices.status();
  return std::unique_ptr<FolderWatch>(
      new FolderWatch(*std::move(notices), std::move(changed)));
}

FolderWatch::FolderWatch(FolderNotices notices, std::function<void()> changed)
    : notices_(std::move(notices)),
      ending_(eventfd(0, EFD_CLOEXEC)),
      changed_(std::move(changed)),
      thread_([this] { Run(); }) {}

FolderWatch::~FolderWatch() {
  const uint64_t one = 1;
  if (write(ending_, &one, sizeof(one)) > 0) thread_.join();
  close(ending_);
}

void FolderWatch::Run() {
  while (Listen(absl::InfiniteDuration()) == Heard::kNotice) {
    const absl::Time give_up = absl::Now() + kPatience;
    Heard heard = Heard::kNotice;
    while (heard == Heard::kNotice && absl::Now() < give_up) {
      heard = Listen(kRest);
    }
    if (heard == Heard::kEnd) return;
    changed_();
  }
}

FolderWatch::Heard FolderWatch::Listen(absl::Duration patience) {
  const int timeout =
      patience == absl::InfiniteDuration()
          ? -1
          : static_cast<int>(absl::ToInt64Milliseconds(patience));
  std::array<pollfd, 2> sources = {
      {{ending_, POLLIN, 0}, {notices_.descriptor(), POLLIN, 0}}};
  while (poll(sources.data(), sources.size(), timeout) < 0) {
    if (errno != EINTR) return Heard::kEnd;
  }
  if (sources[0].revents != 0) return Heard::kEnd;
  if (sources[1].revents == 0) return Heard::kNothing;
  notices_.Take();
  return Heard::kNotice;
}

}  // namespace audienced
