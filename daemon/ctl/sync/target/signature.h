#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_SIGNATURE_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_SIGNATURE_H_

#include <string>

#include "absl/time/time.h"

namespace audienced {

inline constexpr char kSignatureHeader[] = "Audienced-Signature";

// What proves to a receiver that `body` comes from who has `secret`, and when
// it was sent: `t=1767225600,v1=HEX`. HEX is HMAC-SHA256 over the seconds since
// 1970, a dot and the body. A receiver makes the same, compares the two in
// constant time, and passes over what is older than a few minutes, so that
// nobody can send it once more.
std::string SignatureOf(const std::string& secret, absl::Time sent_at,
                        const std::string& body);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_SIGNATURE_H_
