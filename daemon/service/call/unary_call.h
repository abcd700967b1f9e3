#ifndef AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_

#include <utility>

#include "absl/status/status.h"
#include "daemon/service/call/access_gate.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/stages.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// Lets the call in, runs `answer`, which takes the caller, fills the response
// and returns an absl::Status, on a thread of the pool, and finishes the call
// with it. A call whose client has gone by then is not worked on. `method` is a
// literal: `AudienceService.ListMembers`.
template <typename Answer>
grpc::ServerUnaryReactor* AnswerOnPool(const Stages& stages, WorkerPool& pool,
                                       grpc::CallbackServerContext* context,
                                       const char* method, Answer answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::StatusOr<AdmissionPtr> admission =
      Admit(stages.access, *context, method);
  if (!admission.ok()) {
    reactor->Finish(ToGrpcStatus(admission.status(), method));
    return reactor;
  }
  const bool taken =
      pool.Post([context, reactor, method, admission = *std::move(admission),
                 answer = std::move(answer)] {
        if (context->IsCancelled()) {
          reactor->Finish(grpc::Status::CANCELLED);
          return;
        }
        reactor->Finish(ToGrpcStatus(answer(admission->caller()), method));
      });
  if (!taken) reactor->Finish(ToGrpcStatus(TooManyCalls(), method));
  return reactor;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
