#ifndef AUDIENCED_DAEMON_STORE_DIGEST_H_
#define AUDIENCED_DAEMON_STORE_DIGEST_H_

#include <array>
#include <string>
#include <string_view>

namespace audienced {

using Digest = std::array<unsigned char, 32>;

Digest Sha256(std::string_view bytes);

// `size` bytes that nobody can guess.
std::string RandomBytes(size_t size);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_DIGEST_H_
