// libFuzzer: any bytes as a cursor or a page token: as the text that a client
// sends, and as what lies behind the signature, should a key ever get out.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/escaping.h"
#include "daemon/publish/cursor.h"

namespace audienced {
namespace {

constexpr size_t kCursorMacBytes = 16;

const CursorCoder& Coder() {
  static const CursorCoder coder("00000000-0000-4000-8000-000000000001",
                                 std::string(32, 'k'),
                                 {{"00000000-0000-4000-8000-000000000002", 0}});
  return coder;
}

// What `bytes` would be behind the origin of a text of `kind`, signed.
std::string Signed(char kind, const std::string& bytes) {
  static const std::string origin = [] {
    std::string cursor;
    absl::WebSafeBase64Unescape(Coder().Encode(Cursor()), &cursor);
    // Behind it: 64 positions of a byte, the number of audiences, the MAC.
    return cursor.substr(
        1, cursor.size() - 1 - kStreamCount - 1 - kCursorMacBytes);
  }();
  std::string body = std::string(1, kind) + origin + bytes;
  const std::string key(32, 'k');
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac,
       &size);
  body.append(reinterpret_cast<const char*>(mac), kCursorMacBytes);
  std::string text;
  absl::WebSafeBase64Escape(body, &text);
  return text;
}

// Whatever is read is written as a text that is read as the same.
void ReadAll(const std::string& text) {
  const auto cursor = Coder().DecodeCursor(text);
  if (cursor.ok()) {
    const auto again = Coder().DecodeCursor(Coder().Encode(*cursor));
    if (!again.ok() || again->positions != cursor->positions ||
        again->audiences != cursor->audiences) {
      std::abort();
    }
  }
  const auto list = Coder().DecodeListPosition(text);
  if (list.ok()) Coder().Encode(*list);
  const auto held = Coder().DecodeHeldPagePosition(text);
  if (held.ok()) Coder().Encode(*held);
}

}  // namespace
}  // namespace audienced

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  audienced::ReadAll(bytes);
  for (const char kind : {'c', 'l', 'h'}) {
    audienced::ReadAll(audienced::Signed(kind, bytes));
  }
  return 0;
}
