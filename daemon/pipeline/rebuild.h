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
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"
#include "rules/source/source_file.h"

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
  std::vector<std::shared_ptr<Profile>> profiles;  // by number
  std::map<ProfileId, std::vector<Removed>> removed;
  // Absent where the rules are those that are in force already; then whatever
  // differs was brought by time.
  std::optional<RuleVersionRecord> new_rules;
  // By audience number: whether it was not in force before.
  std::vector<bool> fresh;
};

// Reads everything for the rules in `files`, which have passed the checker.
// `instance` is the instance row.
absl::StatusOr<Rebuild> ReadRebuild(Store& store,
                                    const InstanceRecord& instance,
                                    const std::vector<SourceFile>& files);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_REBUILD_H_
