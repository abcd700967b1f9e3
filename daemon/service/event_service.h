#ifndef AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "audienced/v1/event_service.grpc.pb.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/event_stream.h"
#include "daemon/service/call/ingest_batch.h"
#include "daemon/service/call/pending_call.h"

namespace audienced {

// Events in. Answers when the pipeline has committed; no thread waits for it.
// Requests are read here: of one that is no message gRPC itself would say
// UNIMPLEMENTED, and of a stream, that it has come to its end.
class EventService final
    : public v1::EventService::WithRawCallbackMethod_IngestEvents<
          v1::EventService::WithRawCallbackMethod_StreamEvents<
              v1::EventService::Service>> {
 public:
  // Borrows `entrance`.
  EventService(const Entrance& entrance, IngestLimits limits);

  grpc::ServerUnaryReactor* IngestEvents(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* StreamEvents(
      grpc::CallbackServerContext* context) override
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends all streams with SHUTTING_DOWN once what they have in work is
  // acknowledged, also those that are opened later.
  void CloseStreams() ABSL_LOCKS_EXCLUDED(mutex_);

  // Calls and streams that are not answered to the end.
  CallCount& calls() { return calls_; }

 private:
  // Has the pipeline answer `call`; an error where it will not.
  absl::Status Ingest(const std::shared_ptr<PendingCall>& call,
                      const v1::IngestEventsRequest& request,
                      grpc::ByteBuffer& response);

  const Entrance& entrance_;
  const IngestLimits limits_;
  CallCount calls_;

  absl::Mutex mutex_;
  absl::flat_hash_map<EventStream*, std::shared_ptr<EventStream>> streams_
      ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_
