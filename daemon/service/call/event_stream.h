#ifndef AUDIENCED_DAEMON_SERVICE_CALL_EVENT_STREAM_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_EVENT_STREAM_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "audienced/v1/event_service.pb.h"
#include "daemon/service/call/access_gate.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/ingest_batch.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// One call of EventService.StreamEvents. Reads batches while fewer than
// kBatchesInWork of them wait for their commit, and acknowledges them in the
// order in which they came. Owns itself until gRPC and the pipeline are done
// with it.
class EventStream
    : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
      public std::enable_shared_from_this<EventStream> {
 public:
  static constexpr size_t kBatchesInWork = 16;

  // `entrance` outlives the call; `admission` is null where it is to be
  // refused; `on_done` is called once, when gRPC is done with it. Does nothing
  // before Begin() or Refuse().
  static std::shared_ptr<EventStream> Make(
      const Entrance& entrance, const IngestLimits& limits,
      AdmissionPtr admission, std::function<void(EventStream*)> on_done);

  // Begins to read. Call once.
  void Begin();

  // Ends the call instead.
  void Refuse(absl::Status status) ABSL_LOCKS_EXCLUDED(mutex_);

  // Reads no more, acknowledges what is in work, and ends the call with
  // `status`.
  void Close(absl::Status status) ABSL_LOCKS_EXCLUDED(mutex_);

  void OnReadDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override;

 private:
  // A batch that is not acknowledged.
  struct Slot {
    enum class State { kPending, kReady, kFailed };
    State state = State::kPending;
    v1::StreamEventsResponse response;  // complete when kReady
  };
  enum class Step { kNone, kRead, kWrite, kFinish };

  EventStream(const Entrance& entrance, const IngestLimits& limits,
              AdmissionPtr admission,
              std::function<void(EventStream*)> on_done);

  // Hands the batch that was read to the pipeline.
  absl::Status TakeRequest() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status CheckRequest();
  void Answer(Slot& slot, EventBatch& batch,
              const absl::StatusOr<std::vector<EventOutcome>>& outcomes)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Does what can be done next, until nothing can. Steps are taken one after
  // the other, whichever threads ask, and without the lock: gRPC may call back
  // from within.
  void Proceed() ABSL_LOCKS_EXCLUDED(mutex_);
  Step NextStep() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Entrance& entrance_;
  const IngestLimits limits_;
  const AdmissionPtr admission_;
  const std::function<void(EventStream*)> on_done_;
  std::shared_ptr<EventStream> self_;  // until OnDone()

  // Of the read under way, and of what OnReadDone() does with it.
  grpc::ByteBuffer bytes_;
  v1::StreamEventsRequest request_;
  std::string origin_;
  int64_t last_batch_number_ = 0;

  grpc::ByteBuffer response_;  // of the write under way

  absl::Mutex mutex_;
  // Elements keep their address: outcomes are written through it.
  std::deque<Slot> slots_ ABSL_GUARDED_BY(mutex_);
  bool proceeding_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool input_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status ending_ ABSL_GUARDED_BY(mutex_);  // why no more is read
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_EVENT_STREAM_H_
