#include "daemon/service/status_service.h"

#include "daemon/service/call/access_gate.h"
#include "daemon/service/conversion/status_mapping.h"

namespace audienced {
namespace {

constexpr char kMethod[] = "StatusService.GetStatus";

}  // namespace

grpc::ServerUnaryReactor* StatusService::GetStatus(
    grpc::CallbackServerContext* context, const v1::GetStatusRequest*,
    v1::GetStatusResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<AdmissionPtr> admission =
      Admit(entrance_, *context, kMethod);
  if (!admission.ok()) {
    reactor->Finish(ToGrpcStatus(admission.status(), kMethod));
    return reactor;
  }
  FillStatus(entrance_.stages(), watches_, process_, *response);
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace audienced
