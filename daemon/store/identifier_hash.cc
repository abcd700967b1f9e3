#include "daemon/store/identifier_hash.h"

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// Keys for other purposes are derived with other texts.
constexpr char kPurpose[] = "audienced erased identifiers";

}  // namespace

IdentifierHash::IdentifierHash(std::string_view secret)
    : key_(KeyedDigest(secret, kPurpose)) {}

Digest IdentifierHash::Of(const Identifier& identifier) const {
  return KeyedDigest(BytesOf(key_),
                     absl::StrCat(identifier.kind, ":", identifier.value));
}

}  // namespace audienced
