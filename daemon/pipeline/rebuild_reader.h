#ifndef AUDIENCED_DAEMON_PIPELINE_REBUILD_READER_H_
#define AUDIENCED_DAEMON_PIPELINE_REBUILD_READER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/pipeline/prepared_histories.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Gathers the histories that have to move to other rules, by number, a few
// portions ahead of the pipeline, which moves and commits them: from memory
// where these rules ask nothing new, else from the database. While the
// database is away it tries again. A thread of its own, which ends with the
// object. Thread-safe.
//
// A profile that something touches before its turn is moved then; the history
// that was read for it here is out of date and passed over. No profile of the
// former rules gets an event without being moved, so what was read of all
// others is whole.
class RebuildReader {
 public:
  struct Portion {
    std::vector<Directory::ProfilePtr> profiles;  // as they were when read
    Histories histories;                          // one each
    ProfileId through{0};  // all with numbers up to this (included) are done
    bool is_last = false;
    absl::Status status;  // else a defect: what is stored cannot be read
  };

  // `prepared`, which may be null, is for `projection`. A portion has at most
  // `profiles_per_portion`. `ready` is called from the thread whenever there is
  // a portion. Borrows `store` and `directory`.
  RebuildReader(Store& store, const Directory& directory,
                std::shared_ptr<Projection> projection, PreparedPtr prepared,
                size_t profiles_per_portion, std::function<void()> ready);
  ~RebuildReader();

  bool has_portion() const;
  // The portion whose turn it is; stays until it is dropped. Only while
  // has_portion().
  Portion& front();
  void Drop();

 private:
  static constexpr size_t kPortionsAhead = 2;

  void Run();
  // How many profiles to read at once; absent: the object ends.
  std::optional<int64_t> ProfilesToRead();
  // Reads the histories of `profiles` and pushes them in portions. False: the
  // object ends, or there is no use in going on.
  bool PushAll(const std::vector<Directory::ProfilePtr>& profiles);
  bool PushPortions(absl::Span<const Directory::ProfilePtr> profiles,
                    Histories histories);
  // Blocks until there is room; false: the object ends.
  bool Push(Portion portion);
  bool IsStopping() const;
  bool WaitBeforeRetry();

  Store& store_;
  const Directory& directory_;
  const std::shared_ptr<Projection> projection_;
  const PreparedPtr prepared_;
  const size_t profiles_per_portion_;
  const std::function<void()> ready_;

  mutable absl::Mutex mutex_;
  std::deque<Portion> portions_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_REBUILD_READER_H_
