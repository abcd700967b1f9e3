#ifndef AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_
#define AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/system/folder_notices.h"

namespace audienced {

// Tells when files in a folder were written, came, went or were renamed, on a
// thread of its own; waiting costs nothing. Many changes in a row are told
// once, when they have come to rest.
class FolderWatch {
 public:
  // How long nothing may change before it is told, and how long it is put off
  // at the most.
  static constexpr absl::Duration kRest = absl::Milliseconds(300);
  static constexpr absl::Duration kPatience = absl::Seconds(3);

  // `path` is a folder, or a file whose folder is watched then. `changed` is
  // called on the thread of the watch. Fails where the system says no.
  static absl::StatusOr<std::unique_ptr<FolderWatch>> Start(
      const std::string& path, std::function<void()> changed);

  // Ends the thread; a call that runs is waited for.
  ~FolderWatch();

  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  FolderWatch(FolderNotices notices, std::function<void()> changed);

  void Run();
  // Waits for a notice, at most `patience`; takes all that are there.
  enum class Heard { kNotice, kNothing, kEnd };
  Heard Listen(absl::Duration patience);

  FolderNotices notices_;
  const int ending_;  // an eventfd, readable from the destructor on
  const std::function<void()> changed_;
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_FOLDER_WATCH_H_
