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
#include "daemon/system/waker.h"

namespace audienced {

// Tells when files in a folder were written, came, went or were renamed, when
// the folder comes or goes, and when another has its place, as behind a link
// that leads elsewhere now; on a thread of its own. Many changes in a row are
// told once, when they have come to rest.
class FolderWatch {
 public:
  // How long nothing may change before it is told, and how long it is put off
  // at the most.
  static constexpr absl::Duration kRest = absl::Milliseconds(300);
  static constexpr absl::Duration kPatience = absl::Seconds(3);
  // How often is looked which folder it is.
  static constexpr absl::Duration kLook = absl::Seconds(2);

  // `path` is a folder, which may come later, or a file whose folder is watched
  // then. `changed` is called on the thread of the watch. Fails where the
  // system says no.
  static absl::StatusOr<std::unique_ptr<FolderWatch>> Start(
      const std::string& path, std::function<void()> changed);

  // Ends the thread; a call that runs is waited for.
  ~FolderWatch();

  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  // A folder, whatever its name; none.
  using FolderId = std::pair<dev_t, ino_t>;
  static constexpr FolderId kNone{0, 0};

  FolderWatch(std::string folder, std::function<void()> changed);
  static absl::StatusOr<FolderNotices> NoticesOf(const std::string& folder);
  FolderId IdNow() const;

  // Turns to the folder that has the place now.
  absl::Status Turn();
  void Run();
  // Whether another folder has the place, or none; that one is watched from now
  // on.
  bool HasTurned();
  // Waits for a notice, at most `patience`; takes all that are there.
  enum class Heard { kNotice, kNothing, kEnd };
  Heard Listen(absl::Duration patience);

  const std::string folder_;
  FolderId id_ = kNone;
  std::optional<FolderNotices> notices_;  // of the folder with that id
  Waker ending_;                          // from the destructor on
  const std::function<void()> changed_;
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_
