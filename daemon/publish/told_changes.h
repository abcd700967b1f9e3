#ifndef AUDIENCED_DAEMON_PUBLISH_TOLD_CHANGES_H_
#define AUDIENCED_DAEMON_PUBLISH_TOLD_CHANGES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/call_once.h"
#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace audienced {

// Changes of one commit as they go out, so many as fit a message: ready for the
// wire, and shared by all messages that hold them.
struct ToldChanges {
  std::string bytes;
  int count = 0;  // how many of them are told; those of other views are not
  // The same by audience.
  std::vector<std::pair<std::string, int64_t>> audience_counts;
  size_t end = 0;  // the index in the commit of the first change behind them
};

// A commit as it is told, in the order of its changes, none left out.
using ToldCommit = std::vector<std::shared_ptr<const ToldChanges>>;

// One commit as consumers are told of it: made once for each view, which is a
// filter of audiences with a sight of people, however many consumers share the
// view. Thread-safe.
class CommitViews {
 public:
  // `bytes` counts what all commits together have made and still keep.
  explicit CommitViews(std::shared_ptr<std::atomic<int64_t>> bytes)
      : bytes_(std::move(bytes)) {}
  ~CommitViews() { Close(); }

  CommitViews(const CommitViews&) = delete;
  CommitViews& operator=(const CommitViews&) = delete;

  // What `view` is told, by `make` where it was not made yet; who asks
  // meanwhile waits for it. Equal views must have equal keys, others different
  // ones.
  std::shared_ptr<const ToldCommit> Get(const std::string& view,
                                        const std::function<ToldCommit()>& make)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Lets go of what was made. From now on each who asks gets its own.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct View {
    absl::once_flag once;
    std::shared_ptr<const ToldCommit> told;
  };

  // Counts what was made for a view, unless it is not kept.
  void Count(const ToldCommit& told) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::shared_ptr<std::atomic<int64_t>> bytes_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<View>> views_
      ABSL_GUARDED_BY(mutex_);
  int64_t kept_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of `bytes_`
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PUBLISH_TOLD_CHANGES_H_
