#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTIFIER_LIMITS_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTIFIER_LIMITS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/ingest/incoming_event.h"

namespace audienced {

// How many identifiers of a kind one profile may have by what events say: a
// shared computer or a test account then does not make one person of many. A
// value. Thread-safe to read.
class IdentifierLimits {
 public:
  // For kinds that no limit names.
  static constexpr int64_t kOtherKinds = 50;

  // One user_id, five e-mails and phones each, and kOtherKinds.
  IdentifierLimits() = default;
  // `named` goes before these; `other` is for the kinds that have none.
  IdentifierLimits(const std::map<std::string, int64_t>& named, int64_t other);

  int64_t Of(const std::string& kind) const;

  // Whether a profile with `identifiers` may have one more of `kind`.
  bool AllowOneMore(const std::vector<Identifier>& identifiers,
                    const std::string& kind) const;
  // Whether a profile with the identifiers of both may be.
  bool AllowTogether(const std::vector<Identifier>& left,
                     const std::vector<Identifier>& right) const;

 private:
  std::map<std::string, int64_t> named_ = {
      {"user_id", 1}, {"email", 5}, {"phone", 5}};
  int64_t other_ = kOtherKinds;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_IDENTIFIER_LIMITS_H_
