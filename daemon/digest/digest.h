#ifndef AUDIENCED_DAEMON_DIGEST_DIGEST_H_
#define AUDIENCED_DAEMON_DIGEST_DIGEST_H_

#include <openssl/types.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

// The digests of the daemon and of audiencectl, and its random bytes: the one
// place where they meet OpenSSL. Thread-safe.

namespace audienced {

using Digest = std::array<unsigned char, 32>;

// SHA-256 of `bytes`.
Digest Sha256(std::string_view bytes);

// The same as 64 hexadecimal digits in lower case.
std::string Sha256Hex(std::string_view bytes);

// The same of bytes that come one part after the other. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  void Add(std::string_view bytes);
  // The hash of all that was added; it begins anew.
  std::string TakeHex();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// Whether `text` is such a hash, in any case: a value that came in hashed.
bool IsSha256Hex(std::string_view text);

// HMAC-SHA256 of `bytes`: who lacks `key` can neither make nor check it.
Digest KeyedDigest(std::string_view key, std::string_view bytes);

// What `digest` consists of. Valid as long as `digest` is.
std::string_view BytesOf(const Digest& digest);

// `size` bytes that nobody can guess.
std::string RandomBytes(size_t size);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DIGEST_DIGEST_H_
