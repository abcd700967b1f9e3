#include "daemon/store/tables/event_key.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

constexpr size_t kTimeBytes = 6;  // kept of a time-ordered UUID

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = absl::ascii_tolower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// `text` as a UUID in the form 8-4-4-4-12.
std::optional<Uuid> ParseUuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid{};
  size_t digits = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    uuid[digits / 2] =
        static_cast<unsigned char>(uuid[digits / 2] << 4 | digit);
    ++digits;
  }
  return uuid;
}

bool IsTimeOrdered(const Uuid& uuid) {
  const int version = uuid[6] >> 4;
  const int variant = uuid[8] >> 6;
  return (version == 6 || version == 7) && variant == 2;
}

}  // namespace

Uuid EventKey(std::string_view origin, std::string_view event_id) {
  std::string bytes;
  bytes.reserve(origin.size() + event_id.size() + 2 * sizeof(uint32_t));
  AppendInteger(static_cast<uint32_t>(origin.size()), bytes);
  bytes += origin;
  AppendInteger(static_cast<uint32_t>(event_id.size()), bytes);
  bytes += event_id;

  const Digest digest = Sha256(bytes);
  Uuid key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  const std::optional<Uuid> uuid = ParseUuid(event_id);
  if (uuid && IsTimeOrdered(*uuid)) {
    std::copy_n(uuid->begin(), kTimeBytes, key.begin());
  }
  return key;
}

}  // namespace audienced
