#ifndef AUDIENCED_DAEMON_SERVICE_CALL_PENDING_CALL_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_PENDING_CALL_H_

#include <functional>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/service/call/access_gate.h"
#include "daemon/service/call/call_count.h"
#include "daemon/service/call/entrance.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {

// A unary call that is answered later, by a thread of the pipeline. When the
// client gives up, or the server ends its calls, it ends at once and the answer
// goes nowhere: a database that is away holds up no call and no shutdown.
// Thread-safe.
class PendingCall : public grpc::ServerUnaryReactor {
 public:
  // `method` is a literal: `EventService.IngestEvents`. The call is counted in
  // `calls`, which outlives it, until the client has its answer. Where it is
  // not let in, it ends at once.
  static std::shared_ptr<PendingCall> Begin(
      const Entrance& entrance, const grpc::CallbackServerContext& context,
      const char* method, CallCount& calls);

  // Whether it was let in; there is nothing to do otherwise.
  bool is_admitted() const { return admission_ != nullptr; }
  // Of a call that was let in.
  const Caller& caller() const { return admission_->caller(); }

  const char* method() const { return method_; }

  // Ends the call, unless it has ended: with what `fill` puts into the
  // response, or with the error. The response may be touched in `fill` alone.
  void End(const absl::Status& status, const std::function<void()>& fill = {})
      ABSL_LOCKS_EXCLUDED(mutex_);

  void OnCancel() override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnDone() override;

 private:
  PendingCall(const char* method, CallCount& calls)
      : method_(method), calls_(calls) {}

  const char* const method_;
  CallCount& calls_;
  AdmissionPtr admission_;
  std::shared_ptr<PendingCall> self_;  // until OnDone()

  absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_PENDING_CALL_H_
