#include "daemon/store/identifier_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// Keys for other purposes are derived with other texts.
constexpr char kPurpose[] = "audienced erased identifiers";

std::string_view BytesOf(const Digest& digest) {
  return std::string_view(reinterpret_cast<const char*>(digest.data()),
                          digest.size());
}

}  // namespace

Digest KeyedDigest(std::string_view key, std::string_view text) {
  Digest digest;
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(),
       digest.data(), &size);
  return digest;
}

IdentifierHash::IdentifierHash(std::string_view secret)
    : key_(KeyedDigest(secret, kPurpose)) {}

Digest IdentifierHash::Of(const Identifier& identifier) const {
  return KeyedDigest(BytesOf(key_),
                     absl::StrCat(identifier.kind, ":", identifier.value));
}

}  // namespace audienced
