#include "daemon/ctl/client/destination_proto.h"

namespace audienced {

v1::Destination ToProto(Destination destination) {
  switch (destination) {
    case Destination::kRaw:
      return v1::DESTINATION_RAW;
    case Destination::kGoogle:
      return v1::DESTINATION_GOOGLE;
    case Destination::kMeta:
      return v1::DESTINATION_META;
    case Destination::kTikTok:
      return v1::DESTINATION_TIKTOK;
    case Destination::kLinkedIn:
      return v1::DESTINATION_LINKEDIN;
  }
  return v1::DESTINATION_UNSPECIFIED;
}

}  // namespace audienced
