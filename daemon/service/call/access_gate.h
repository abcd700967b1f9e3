#ifndef AUDIENCED_DAEMON_SERVICE_CALL_ACCESS_GATE_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_ACCESS_GATE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/access/admission.h"
#include "daemon/access/scope_set.h"
#include "daemon/service/call/entrance.h"
#include "grpcpp/server_context.h"

namespace audienced {

// A call that was let in; it counts as running until its End(), or while this
// lives.
using AdmissionPtr = std::shared_ptr<const Admission>;

// The one way by which calls come in: whoever answers a method asks here first.
// `method` is `AudienceService.ListMembers`; what it needs stands in the proto.
absl::StatusOr<AdmissionPtr> Admit(const Entrance& entrance,
                                   const grpc::CallbackServerContext& context,
                                   const std::string& method);

// The scopes that the proto asks for: the option `required_scopes`. Empty where
// there is no such method.
ScopeSet RequiredScopes(const std::string& method);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_ACCESS_GATE_H_
