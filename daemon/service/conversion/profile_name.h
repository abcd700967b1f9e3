#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_PROFILE_NAME_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_PROFILE_NAME_H_

#include <optional>
#include <string>

#include "daemon/store/records.h"

namespace audienced {

// The opaque id by which the API names a profile: its number, stirred, so that
// neither how many profiles there are nor their order can be read off it. No
// secret: it grants nothing. Never changes for a profile: clients store it.
std::string ProfileName(ProfileId profile);

// The profile of that name, which need not exist. Absent where `name` was not
// made by ProfileName().
std::optional<ProfileId> ParseProfileName(const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_PROFILE_NAME_H_
