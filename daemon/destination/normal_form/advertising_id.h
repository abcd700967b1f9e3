#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_ADVERTISING_ID_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_ADVERTISING_ID_H_

#include <string_view>

#include "daemon/destination/destination.h"

namespace audienced {

// The advertising id of a device (IDFA, GAID) in lower case:
// `aece52e7-03ee-455a-b3c4-e57283966239`. One of zeros alone, which devices
// give whose owner refused, is none. Meta: "Hash and normalize customer
// information", `MADID`; TikTok: "List of supported IDs and formats for a
// customer file", `MAID`; Google takes any case.
NormalForm AdvertisingId(std::string_view value);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_ADVERTISING_ID_H_
