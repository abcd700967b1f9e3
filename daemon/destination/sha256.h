#ifndef AUDIENCED_DAEMON_DESTINATION_SHA256_H_
#define AUDIENCED_DAEMON_DESTINATION_SHA256_H_

#include <string>
#include <string_view>

namespace audienced {

// SHA-256 of `text` as 64 hexadecimal digits in lower case.
std::string Sha256Hex(std::string_view text);

// Whether `text` is such a hash, in any case: a value that came in hashed.
bool IsSha256Hex(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_SHA256_H_
