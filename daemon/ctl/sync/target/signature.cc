#include "daemon/ctl/sync/target/signature.h"

#include "absl/strings/escaping.h"
#include "daemon/digest/digest.h"
#include "rules/source/message.h"

namespace audienced {

std::string SignatureOf(const std::string& secret, absl::Time sent_at,
                        const std::string& body) {
  const std::string seconds = std::to_string(absl::ToUnixSeconds(sent_at));
  const std::string text = Concat(seconds, ".", body);
  const Digest digest = KeyedDigest(secret, text);
  return Concat("t=", seconds,
                ",v1=", absl::BytesToHexString(std::string(BytesOf(digest))));
}

}  // namespace audienced
