#ifndef AUDIENCED_DAEMON_PIPELINE_REBUILD_H_
#define AUDIENCED_DAEMON_PIPELINE_REBUILD_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/rule_update.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// All profiles, read from the database and made ready for one rulebook, with
// the memberships that are published and what has to be known to say why they
// change.
struct Rebuild {
  // A membership of an audience that the rulebook no longer has.
  struct Removed {
    std::string audience;
    AudienceMembership membership;
  };

  std::shared_ptr<Projection> projection;
  // By number - 1; null where it was absorbed.
  std::vector<std::shared_ptr<Profile>> profiles;
  std::map<ProfileId, std::vector<Removed>> removed;
  // Absent where the rules are those that are in force already; then whatever
  // differs was brought by time.
  std::optional<RuleVersionRecord> new_rules;
  // By audience number: whether it was not in force before, and who is in it
  // now is to be marked `existing`.
  std::vector<bool> fresh;
};

// Reads everything for the rules of `update`. `instance` is the instance row.
// For the thread of the pipeline.
absl::StatusOr<Rebuild> ReadRebuild(Store& store,
                                    const InstanceRecord& instance,
                                    const RuleUpdate& update);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_REBUILD_H_
