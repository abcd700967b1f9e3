#ifndef AUDIENCED_DAEMON_STORE_IDENTIFIER_HASH_H_
#define AUDIENCED_DAEMON_STORE_IDENTIFIER_HASH_H_

#include <string>
#include <string_view>

#include "daemon/digest/digest.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// By what an erased identifier is known again: HMAC-SHA256 with a key that is
// derived from the secret of the database, so that nobody who has the hashes
// alone can try out addresses. A value.
class IdentifierHash {
 public:
  // `secret`: InstanceRecord::cursor_key.
  explicit IdentifierHash(std::string_view secret);

  Digest Of(const Identifier& identifier) const;

 private:
  Digest key_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_IDENTIFIER_HASH_H_
