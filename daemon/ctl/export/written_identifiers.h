#ifndef AUDIENCED_DAEMON_CTL_EXPORT_WRITTEN_IDENTIFIERS_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_WRITTEN_IDENTIFIERS_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "audienced/v1/audience.pb.h"

namespace audienced {

// Why nothing is written of a member whose identifiers all are written.
inline constexpr char kWrittenBefore[] = "written_before";

// Whether an identifier of this kind is one person's: `email_sha256` is, and
// `city_sha256`, a part of a description, is not.
bool TellsApart(std::string_view kind);

// Which identifiers an export has written, for receivers that know people by
// them: what two members share is written once. Only what TellsApart() counts.
// Not thread-safe.
class WrittenIdentifiers {
 public:
  // Takes out of `member` the identifiers that were written, and remembers the
  // others. False where it had some, and all were.
  bool Keep(v1::Member& member);

 private:
  absl::flat_hash_set<std::string> written_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_WRITTEN_IDENTIFIERS_H_
