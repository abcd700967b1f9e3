#ifndef AUDIENCED_DAEMON_PUBLISH_FEED_H_
#define AUDIENCED_DAEMON_PUBLISH_FEED_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/publish/told_changes.h"
#include "daemon/store/store.h"

namespace audienced {

// The changes of one commit, as they go out together.
struct PublishedCommit {
  int64_t commit_number = 0;
  StreamPositions before{};  // the heads that the commit found
  StreamPositions after{};   // the heads that it left
  std::vector<ChangeRecord> changes;
  // How its changes are told; null where they are no longer in memory, or not
  // all of them are here.
  std::shared_ptr<CommitViews> views = nullptr;

  // What it takes in memory without its views, about.
  size_t bytes() const;
};

// The change log as consumers read it: the latest commits from memory, older
// ones from the database; nothing skipped, nothing twice, nothing that was not
// committed. Thread-safe.
//
// Memory is bounded: a slow reader costs nothing, it reads the log.
class ChangeFeed {
 public:
  // How many of the latest changes are kept in memory, and how much of it they
  // may take; the last commit is kept whole.
  static constexpr size_t kRecentChanges = 100'000;
  static constexpr size_t kRecentBytes = 128 << 20;
  // How much of it the changes may take as they were told; those of older
  // commits go first. The latest commit is kept in all its views.
  static constexpr int64_t kToldBytes = 64 << 20;

  // A commit of a page, and whether all of its changes are due: else those that
  // are not at or before Page::before.
  struct Due {
    std::shared_ptr<const PublishedCommit> commit;
    bool is_whole = true;
  };
  // A stretch of the log.
  struct Page {
    std::vector<Due> commits;
    StreamPositions before{};  // positions that the page goes on from
    StreamPositions after{};   // positions once the page is handled

    bool IsDue(const Due& due, const ChangeRecord& change) const {
      return due.is_whole || change.sequence > before[change.stream];
    }
    bool at_head = false;   // nothing was committed behind it yet
    bool from_log = false;  // it was no longer in memory
  };

  // Borrows `store`. `instance` is the instance row.
  ChangeFeed(Store& store, const InstanceRecord& instance);

  // Of the last published commit.
  StreamPositions heads() const;
  int64_t commit_number() const;

  // Adds a commit: whole, after it is durable, in order. Wakes the listeners
  // where it has changes.
  void Publish(std::shared_ptr<PublishedCommit> commit);

  // Lets go of the commits in memory, whose rows in the log are others now.
  void ForgetRecent();

  // What follows `positions`: about `limit` changes, whole commits where they
  // are still in memory. Of the log the changes come in commits that hold only
  // what was read. kOutOfRange with reason CURSOR_EXPIRED (older than the log)
  // or CURSOR_AHEAD (of a database that was restored since).
  absl::StatusOr<Page> Read(const StreamPositions& positions, int limit);

  // Whose membership of `audience` changed after `positions`, by number.
  // Absent where that would take the log, or more than about `limit` changes to
  // look at.
  std::optional<std::vector<ProfileId>> ChangedSince(
      const StreamPositions& positions, const std::string& audience,
      int limit) const;

  // `listener` is called after each commit with changes, from the thread that
  // publishes; it must be quick and must not call back. Removed by the id that
  // is returned.
  int AddListener(std::function<void()> listener);
  void RemoveListener(int id);

 private:
  void BoundMemory() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Page ReadRecent(const StreamPositions& positions, int limit) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Page> ReadLog(const StreamPositions& positions, int limit);

  Store& store_;
  mutable absl::Mutex mutex_;
  StreamPositions heads_ ABSL_GUARDED_BY(mutex_);
  int64_t commit_number_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<const PublishedCommit>> recent_
      ABSL_GUARDED_BY(mutex_);
  size_t recent_changes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t recent_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  // Of `recent_` the views of so many, from the oldest on, are closed.
  size_t closed_views_ ABSL_GUARDED_BY(mutex_) = 0;
  const std::shared_ptr<std::atomic<int64_t>> told_bytes_ =
      std::make_shared<std::atomic<int64_t>>(0);

  absl::Mutex listeners_mutex_;
  absl::flat_hash_map<int, std::function<void()>> listeners_
      ABSL_GUARDED_BY(listeners_mutex_);
  int next_listener_ ABSL_GUARDED_BY(listeners_mutex_) = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PUBLISH_FEED_H_
