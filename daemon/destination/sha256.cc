#include "daemon/destination/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace audienced {
namespace {

constexpr size_t kHashBytes = 32;

// Looked up once: with OpenSSL 3 that takes longer than to hash an address.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Sha256Hex(std::string_view text) {
  std::array<unsigned char, kHashBytes> hash{};
  EVP_Digest(text.data(), text.size(), hash.data(), nullptr, Algorithm(),
             nullptr);
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(hash.data()), hash.size()));
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 2 * kHashBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

}  // namespace audienced
