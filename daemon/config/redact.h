#ifndef AUDIENCED_DAEMON_CONFIG_REDACT_H_
#define AUDIENCED_DAEMON_CONFIG_REDACT_H_

#include <string>
#include <string_view>

namespace audienced {

// `text` with REDACTED for the passwords in it: of URLs (between user and
// host, and parameters like password=) and of libpq connection strings. In
// doubt it takes out too much. `text` may be a whole file; lines stay lines.
std::string WithoutPasswords(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_REDACT_H_
