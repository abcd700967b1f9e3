#ifndef AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_

#include "audienced/v1/event_service.grpc.pb.h"
#include "daemon/service/call/ingest_batch.h"
#include "daemon/service/stages.h"

namespace audienced {

// Events in. Answers when the pipeline has committed; no thread waits for it.
class EventService final : public v1::EventService::CallbackService {
 public:
  // Borrows `stages`.
  EventService(const Stages& stages, IngestLimits limits);

  grpc::ServerUnaryReactor* IngestEvents(
      grpc::CallbackServerContext* context,
      const v1::IngestEventsRequest* request,
      v1::IngestEventsResponse* response) override;

  grpc::ServerBidiReactor<v1::StreamEventsRequest, v1::StreamEventsResponse>*
  StreamEvents(grpc::CallbackServerContext* context) override;

 private:
  const Stages& stages_;
  const IngestLimits limits_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_EVENT_SERVICE_H_
