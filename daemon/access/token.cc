#include "daemon/access/token.h"

#include <openssl/crypto.h>

#include <string_view>

#include "absl/strings/escaping.h"

namespace audienced {
namespace {

constexpr std::string_view kPrefix = "aud_";
constexpr std::string_view kIdLetters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kIdLength = 10;
// Of base64url without padding.
constexpr size_t kSecretLength = (kTokenSecretBytes * 8 + 5) / 6;

}  // namespace

std::string NewTokenId() {
  std::string id;
  while (id.size() < kIdLength) {
    // 6 bits; those without a letter are passed over, so that all are alike.
    const size_t number = RandomBytes(1)[0] & 0x3f;
    if (number < kIdLetters.size()) id.push_back(kIdLetters[number]);
  }
  return id;
}

std::string NewToken(const std::string& id) {
  std::string secret;
  absl::WebSafeBase64Escape(RandomBytes(kTokenSecretBytes), &secret);
  return std::string(kPrefix) + id + "_" + secret;
}

std::optional<std::string> TokenIdOf(const std::string& text) {
  const size_t length = kPrefix.size() + kIdLength + 1 + kSecretLength;
  if (text.size() != length || text.rfind(kPrefix, 0) != 0 ||
      text[kPrefix.size() + kIdLength] != '_') {
    return std::nullopt;
  }
  const std::string id = text.substr(kPrefix.size(), kIdLength);
  if (id.find_first_not_of(kIdLetters) != std::string::npos) {
    return std::nullopt;
  }
  return id;
}

bool IsTokenOf(const std::string& text, const Digest& digest) {
  const Digest found = Sha256(text);
  return CRYPTO_memcmp(found.data(), digest.data(), digest.size()) == 0;
}

}  // namespace audienced
