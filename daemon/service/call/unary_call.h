#ifndef AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_

#include <utility>

#include "absl/status/status.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/conversion/status_mapping.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// Runs `answer`, which fills the response and returns an absl::Status, on a
// thread of the pool and finishes the call with it. A call whose client has
// gone by then is not worked on. `method` is a literal, for the log.
template <typename Answer>
grpc::ServerUnaryReactor* AnswerOnPool(WorkerPool& pool,
                                       grpc::CallbackServerContext* context,
                                       const char* method, Answer answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const bool taken =
      pool.Post([context, reactor, method, answer = std::move(answer)] {
        if (context->IsCancelled()) {
          reactor->Finish(grpc::Status::CANCELLED);
          return;
        }
        reactor->Finish(ToGrpcStatus(answer(), method));
      });
  if (!taken) reactor->Finish(ToGrpcStatus(TooManyCalls(), method));
  return reactor;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
