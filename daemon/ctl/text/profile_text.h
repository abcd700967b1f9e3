#ifndef AUDIENCED_DAEMON_CTL_TEXT_PROFILE_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_PROFILE_TEXT_H_

#include <string>

#include "audienced/v1/profile_service.pb.h"

namespace audienced {

// What is held of a person, for people: identifiers, traits, consents, stays,
// and a line for each event of the page.
std::string ProfileText(const v1::GetProfileResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_PROFILE_TEXT_H_
