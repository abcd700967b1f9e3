#include "daemon/digest/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"

namespace audienced {
namespace {

// Looking the algorithm up takes longer than a short text does.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm =
      EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

std::string HexOf(const Digest& digest) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(digest.data()), digest.size()));
}

void Begin(EVP_MD_CTX& context) {
  if (EVP_DigestInit_ex(&context, Algorithm(), nullptr) != 1) std::abort();
}

}  // namespace

Digest Sha256(std::string_view bytes) {
  Digest digest;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr,
                 Algorithm(), nullptr) != 1) {
    std::abort();  // out of memory, or an OpenSSL without SHA-256
  }
  return digest;
}

std::string Sha256Hex(std::string_view bytes) { return HexOf(Sha256(bytes)); }

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) { Begin(*context_); }

void Sha256Stream::Add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) {
    std::abort();  // as above
  }
}

std::string Sha256Stream::TakeHex() {
  Digest digest;
  if (EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) {
    std::abort();  // as above
  }
  Begin(*context_);
  return HexOf(digest);
}

void Sha256Stream::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 2 * sizeof(Digest) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isxdigit(static_cast<unsigned char>(c));
         });
}

Digest KeyedDigest(std::string_view key, std::string_view bytes) {
  Digest digest;
  unsigned int size = 0;
  if (HMAC(Algorithm(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
           digest.data(), &size) == nullptr) {
    std::abort();  // as above: nothing would be authenticated
  }
  return digest;
}

std::string_view BytesOf(const Digest& digest) {
  return std::string_view(reinterpret_cast<const char*>(digest.data()),
                          digest.size());
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
