#ifndef AUDIENCED_DAEMON_CTL_TEXT_STATUS_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_STATUS_TEXT_H_

#include <string>

#include "audienced/v1/status_service.pb.h"
#include "rules/source/render.h"

namespace audienced {

// The state of the daemon on one screen: in the first line whether all is well,
// then what it does, then tables of events and watches where there are any.
std::string StatusScreen(const v1::GetStatusResponse& status, Color color);

// A table of subscriptions, of one client or of all.
std::string SubscriptionsText(
    const google::protobuf::RepeatedPtrField<v1::Subscription>& subscriptions);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_STATUS_TEXT_H_
