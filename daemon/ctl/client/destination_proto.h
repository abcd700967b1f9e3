#ifndef AUDIENCED_DAEMON_CTL_CLIENT_DESTINATION_PROTO_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_DESTINATION_PROTO_H_

#include "audienced/v1/audience.pb.h"
#include "daemon/destination/destination.h"

namespace audienced {

// As a request names it.
v1::Destination ToProto(Destination destination);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_DESTINATION_PROTO_H_
