#include "daemon/store/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace audienced {

Digest Sha256(std::string_view bytes) {
  // Looking the algorithm up takes longer than a short text does.
  static const EVP_MD* const kAlgorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, kAlgorithm,
                 nullptr) != 1) {
    std::abort();  // out of memory, or an OpenSSL without SHA-256
  }
  return digest;
}

std::string RandomBytes(size_t size) {
  std::string bytes(size, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(size)) != 1) {
    std::abort();  // the system has no randomness: nothing is safe
  }
  return bytes;
}

}  // namespace audienced
