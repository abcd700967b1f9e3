#ifndef AUDIENCED_DAEMON_SERVICE_CALL_WATCHER_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_WATCHER_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/service/call/access_gate.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/query/change_reader.h"
#include "daemon/service/stages.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// As calls are named in the log and the audit log.
inline constexpr char kWatchMethod[] = "AudienceService.WatchMemberships";

// One call of AudienceService.WatchMemberships: reads the log on, writes, and
// sleeps at its head until it is woken by a commit or a checkpoint is due. At
// most one message is in memory, the changes in it shared with other watches; a
// slow client just reads later. Owns itself until gRPC is done with it.
class Watcher : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                public std::enable_shared_from_this<Watcher> {
 public:
  struct Options {
    absl::Duration checkpoint_interval;
    // Called once, when gRPC is done with the call.
    std::function<void(Watcher*)> on_done;
  };

  // Borrows `stages` and `pool`. Does nothing before Begin().
  static std::shared_ptr<Watcher> Make(
      const Stages& stages, WorkerPool& pool, AdmissionPtr admission,
      const v1::WatchMembershipsRequest& request, Options options);

  // Call once.
  void Begin();

  // Something was committed. Quick: the work is done by the pool.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

  // How far the call is.
  struct Progress {
    absl::Time start_time;
    int64_t sent_changes = 0;
    // Behind the last message that was sent; absent before the first.
    std::optional<StreamPositions> positions;
    // It is so far behind that it reads the log in the database.
    bool reads_log = false;
  };
  Progress progress() const ABSL_LOCKS_EXCLUDED(mutex_);
  const v1::WatchMembershipsRequest& request() const { return request_; }

  // Ends the call with `status` as soon as no write is under way.
  void Close(absl::Status status) ABSL_LOCKS_EXCLUDED(mutex_);

  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Ticks = std::chrono::steady_clock;

  enum class State {
    kWorking,  // a task in the pool has the call, or soon will
    kWriting,  // gRPC has it
    kIdle,     // at the head of the log; Wake() and the like may take it
    kFinished,
  };

  Watcher(const Stages& stages, WorkerPool& pool, AdmissionPtr admission,
          const v1::WatchMembershipsRequest& request, Options options);

  void Post();
  // In the pool, while kWorking: reads until there is something to write.
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  void AuditStart();
  // Whether the call was ended meanwhile, or its client may no longer make it;
  // it is then finished.
  bool EndIfAsked() ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether to go to sleep; not when something came meanwhile. What was read so
  // far holds nothing for this watch.
  bool Rest() ABSL_LOCKS_EXCLUDED(mutex_);
  void Write(const ChangeReader::ToldPortion& portion, absl::Time through)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void End(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  bool CheckpointDue() ABSL_LOCKS_EXCLUDED(mutex_);
  bool IntervalIsOver() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void SetAlarm() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnAlarm() ABSL_LOCKS_EXCLUDED(mutex_);

  const Stages& stages_;
  WorkerPool& pool_;
  const AdmissionPtr admission_;
  const v1::WatchMembershipsRequest request_;
  const Options options_;
  std::shared_ptr<Watcher> self_;  // until OnDone()

  // Of whoever has the call.
  std::optional<ChangeReader> reader_;
  grpc::ByteBuffer message_;
  int message_changes_ = 0;
  bool first_ = true;

  mutable absl::Mutex mutex_;
  State state_ ABSL_GUARDED_BY(mutex_) = State::kWorking;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<absl::Status> close_ ABSL_GUARDED_BY(mutex_);
  Progress progress_ ABSL_GUARDED_BY(mutex_);
  Ticks::time_point last_write_ ABSL_GUARDED_BY(mutex_);
  // Another one each time: an alarm must not be set from its own callback.
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_WATCHER_H_
