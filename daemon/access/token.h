#ifndef AUDIENCED_DAEMON_ACCESS_TOKEN_H_
#define AUDIENCED_DAEMON_ACCESS_TOKEN_H_

#include <optional>
#include <string>

#include "daemon/digest/digest.h"

// The text that a client proves itself by: `aud_ID_SECRET`. The id is public,
// 10 letters and digits; the secret 32 random bytes, base64url. The beginning
// is one that scanners for leaked secrets can be taught.

namespace audienced {

inline constexpr size_t kTokenSecretBytes = 32;

// The id of a token that is to be.
std::string NewTokenId();

// A new secret for it: the whole text. Shown once, kept nowhere.
std::string NewToken(const std::string& id);

// The id in `text`; absent where it has not the form of a token.
std::optional<std::string> TokenIdOf(const std::string& text);

// Whether `text` is the token with this digest, in a time that does not depend
// on how much of it is right.
bool IsTokenOf(const std::string& text, const Digest& digest);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_TOKEN_H_
