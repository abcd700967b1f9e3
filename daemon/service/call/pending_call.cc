#include "daemon/service/call/pending_call.h"

#include "daemon/service/conversion/status_mapping.h"

namespace audienced {

std::shared_ptr<PendingCall> PendingCall::Begin(
    const Entrance& entrance, const grpc::CallbackServerContext& context,
    const char* method, CallCount& calls) {
  std::shared_ptr<PendingCall> call(new PendingCall(method, calls));
  call->self_ = call;
  calls.Begin();
  absl::StatusOr<AdmissionPtr> admission = Admit(entrance, context, method);
  if (admission.ok()) {
    call->admission_ = *std::move(admission);
  } else {
    call->End(admission.status());
  }
  return call;
}

void PendingCall::End(const absl::Status& status,
                      const std::function<void()>& fill) {
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    ended_ = true;
  }
  // gRPC keeps the response until the call is finished.
  if (status.ok() && fill) fill();
  if (admission_ != nullptr) admission_->End();
  Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED
                                   : ToGrpcStatus(status, method_));
}

void PendingCall::OnCancel() {
  End(absl::CancelledError("the client is gone"));
}

void PendingCall::OnDone() {
  calls_.End();
  self_.reset();
}

}  // namespace audienced
