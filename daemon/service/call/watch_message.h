#ifndef AUDIENCED_DAEMON_SERVICE_CALL_WATCH_MESSAGE_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_WATCH_MESSAGE_H_

#include "audienced/v1/audience_service.pb.h"
#include "daemon/publish/told_changes.h"
#include "grpcpp/support/byte_buffer.h"

// The messages of AudienceService.WatchMemberships as gRPC carries them: so the
// bytes of changes are shared by all watches that tell them.

namespace audienced {

// A WatchMembershipsResponse with the changes of `parts`, which are not copied,
// and the fields of `rest`.
grpc::ByteBuffer WatchMessage(const ToldCommit& parts,
                              const v1::WatchMembershipsResponse& rest);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_WATCH_MESSAGE_H_
