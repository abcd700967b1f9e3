#ifndef AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_
#define AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/system/folder_notices.h"

namespace audienced {

// Tells when files in a folder were written, came, went or were renamed, and
// when another folder has its place, as behind a link that leads elsewhere now;
// on a thread of its own. Many changes in a row are told once, when they have
// come to rest.
class FolderWatch {
 public:
  // How long nothing may change before it is told, and how long it is put off
  // at the most.
  static constexpr absl::Duration kRest = absl::Milliseconds(300);
  static constexpr absl::Duration kPatience = absl::Seconds(3);
  // How often is looked which folder it is.
  static constexpr absl::Duration kLook = absl::Seconds(2);

  // `path` is a folder, or a file whose folder is watched then. `changed` is
  // called on the thread of the watch. Fails where the system says no.
  static absl::StatusOr<std::unique_ptr<FolderWatch>> Start(
      const std::string& path, std::function<void()> changed);

  // Ends the thread; a call that runs is waited for.
  ~FolderWatch();

  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  // A folder, whatever its name.
  using FolderId = std::pair<dev_t, ino_t>;

  FolderWatch(std::string folder, FolderId id, FolderNotices notices,
              std::function<void()> changed);
  static absl::StatusOr<FolderNotices> NoticesOf(const std::string& folder);
  // Absent where there is none.
  static std::optional<FolderId> IdOf(const std::string& folder);

  void Run();
  // Whether another folder has the place; that one is watched from now on.
  bool IsAnother();
  // Waits for a notice, at most `patience`; takes all that are there.
  enum class Heard { kNotice, kNothing, kEnd };
  Heard Listen(absl::Duration patience);

  const std::string folder_;
  FolderId id_;
  std::optional<FolderNotices> notices_;  // of the folder with that id
  const int ending_;  // an eventfd, readable from the destructor on
  const std::function<void()> changed_;
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_
