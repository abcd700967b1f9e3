#ifndef AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_

#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "daemon/service/call/access_gate.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/conversion/status_mapping.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// Runs `answer`, which takes the caller, fills the response and returns an
// absl::Status, on a thread of the pool, and finishes the call with it. A call
// whose client has gone by then is not worked on.
template <typename Answer>
void FinishOnPool(WorkerPool& pool, grpc::CallbackServerContext* context,
                  grpc::ServerUnaryReactor* reactor, const char* method,
                  AdmissionPtr admission, Answer answer) {
  const bool taken =
      pool.Post([context, reactor, method, admission = std::move(admission),
                 answer = std::move(answer)]() mutable {
        if (context->IsCancelled()) {
          reactor->Finish(grpc::Status::CANCELLED);
          return;
        }
        const absl::Status status = answer(admission->caller());
        admission->End();
        reactor->Finish(ToGrpcStatus(status, method));
      });
  if (!taken) reactor->Finish(ToGrpcStatus(TooManyCalls(), method));
}

// Lets the call in. Its answer may take so little that the thread of gRPC can
// make it: `at_once` does, or returns an absent status, and then `answer` is
// run by the pool. `method` is a literal: `AudienceService.ListMembers`.
template <typename AtOnce, typename Answer>
grpc::ServerUnaryReactor* AnswerAtOnceOrOnPool(
    const Entrance& entrance, WorkerPool& pool,
    grpc::CallbackServerContext* context, const char* method, AtOnce at_once,
    Answer answer) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  absl::StatusOr<AdmissionPtr> admission = Admit(entrance, *context, method);
  if (!admission.ok()) {
    reactor->Finish(ToGrpcStatus(admission.status(), method));
    return reactor;
  }
  const std::optional<absl::Status> status = at_once((*admission)->caller());
  if (status) {
    (*admission)->End();
    reactor->Finish(ToGrpcStatus(*status, method));
  } else {
    FinishOnPool(pool, context, reactor, method, *std::move(admission),
                 std::move(answer));
  }
  return reactor;
}

// The same where no answer is made at once.
template <typename Answer>
grpc::ServerUnaryReactor* AnswerOnPool(const Entrance& entrance,
                                       WorkerPool& pool,
                                       grpc::CallbackServerContext* context,
                                       const char* method, Answer answer) {
  const auto never = [](const Caller&) -> std::optional<absl::Status> {
    return std::nullopt;
  };
  return AnswerAtOnceOrOnPool(entrance, pool, context, method, never,
                              std::move(answer));
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_UNARY_CALL_H_
