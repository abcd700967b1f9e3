#ifndef AUDIENCED_DAEMON_CTL_SYNC_STATE_HOLDER_TABLE_H_
#define AUDIENCED_DAEMON_CTL_SYNC_STATE_HOLDER_TABLE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/sync/state/delivery.h"
#include "daemon/ctl/sync/state/sqlite_database.h"

namespace audienced {

// Who holds which identifier, in the form that the target gets. Targets know
// people by identifiers: one that two members share is there until the last of
// them is gone. Kinds that tell nobody apart, such as names, are not held.
// Works within the transactions of its user.
class HolderTable {
 public:
  // What a change of one profile does to the identifiers of all.
  struct Difference {
    IdentifierList added;    // had no holder before
    IdentifierList removed;  // have none any more
  };

  explicit HolderTable(SqliteDatabase& database) : database_(database) {}

  // Makes the table where it is missing.
  absl::Status Create();

  // From now on `profile` holds `identifiers` and no others; none: it is gone.
  absl::StatusOr<Difference> Replace(const std::string& profile,
                                     const IdentifierList& identifiers);

 private:
  absl::StatusOr<IdentifierList> HeldBy(const std::string& profile);
  absl::StatusOr<bool> IsHeld(const v1::Identifier& identifier);

  SqliteDatabase& database_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_STATE_HOLDER_TABLE_H_
