#ifndef AUDIENCED_DAEMON_CONFIG_PRINT_CONFIG_H_
#define AUDIENCED_DAEMON_CONFIG_PRINT_CONFIG_H_

#include <string>

#include "daemon/config/settings.h"

namespace audienced {

// A settings file with every setting, its value in `settings`, and what it
// means. Passwords are taken out; apart from them it reads back as `settings`.
std::string SettingsFileText(const Settings& settings);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_PRINT_CONFIG_H_
