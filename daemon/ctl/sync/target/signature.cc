#include "daemon/ctl/sync/target/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "rules/source/message.h"

namespace audienced {

std::string SignatureOf(const std::string& secret, absl::Time sent_at,
                        const std::string& body) {
  const std::string seconds = std::to_string(absl::ToUnixSeconds(sent_at));
  const std::string text = Concat(seconds, ".", body);
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       reinterpret_cast<unsigned char*>(digest.data()), &size);
  digest.resize(size);
  return Concat("t=", seconds, ",v1=", absl::BytesToHexString(digest));
}

}  // namespace audienced
