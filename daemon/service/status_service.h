#ifndef AUDIENCED_DAEMON_SERVICE_STATUS_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_STATUS_SERVICE_H_

#include <utility>

#include "audienced/v1/status_service.grpc.pb.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/watch_registry.h"
#include "daemon/service/query/status_query.h"

namespace audienced {

// The state of the daemon. Answers at once, on gRPC's own thread: other calls
// may all wait for a database that hangs.
class StatusService final : public v1::StatusService::CallbackService {
 public:
  // Borrows `entrance` and `watches`.
  StatusService(const Entrance& entrance, const WatchRegistry& watches,
                ProcessFacts process)
      : entrance_(entrance), watches_(watches), process_(std::move(process)) {}

  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const v1::GetStatusRequest* request,
                                      v1::GetStatusResponse* response) override;

 private:
  const Entrance& entrance_;
  const WatchRegistry& watches_;
  const ProcessFacts process_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_STATUS_SERVICE_H_
