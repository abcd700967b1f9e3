#include "daemon/service/status_service.h"

namespace audienced {

grpc::ServerUnaryReactor* StatusService::GetStatus(
    grpc::CallbackServerContext* context, const v1::GetStatusRequest*,
    v1::GetStatusResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  FillStatus(stages_, watches_, process_, *response);
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace audienced
