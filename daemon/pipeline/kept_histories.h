#ifndef AUDIENCED_DAEMON_PIPELINE_KEPT_HISTORIES_H_
#define AUDIENCED_DAEMON_PIPELINE_KEPT_HISTORIES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/prepared_histories.h"
#include "daemon/pipeline/rule_update.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// What a stop keeps for the next start: the histories in memory, so that it
// need not read the events of everyone. The database says all of it too, and
// stays what counts: where something was committed since, and after an upgrade,
// nothing holds that was kept. Not thread-safe.
class KeptHistories {
 public:
  // In the file `path`; empty: nothing is kept. `retention` is that for which
  // rules are compiled. Borrows `store`.
  KeptHistories(Store& store, std::string path, absl::Duration retention);

  // What the last stop kept of the profiles in `directory`, for the rules in
  // force, `update`. Null where there is nothing that still holds at `now`.
  PreparedPtr Recall(const InstanceRecord& now, const RuleUpdate& update,
                     const Directory& directory);

  // The histories in memory are numbered by this version of the rules: the one
  // in force, or one before it that asked all that it asks.
  void NumberBy(int64_t rule_version) { numbered_by_ = rule_version; }

  // Keeps what `directory` has for `projection`, as of the last commit.
  void Keep(const InstanceRecord& now, const Projection& projection,
            const Directory& directory) const;

  // While the daemon runs there is no such file: it would be out of date, and
  // hold what may be erased.
  void Drop() const;

 private:
  absl::StatusOr<PreparedPtr> Read(const InstanceRecord& now,
                                   const RuleUpdate& update,
                                   const Directory& directory);
  absl::StatusOr<int64_t> Write(const InstanceRecord& now,
                                const Projection& projection,
                                const Directory& directory) const;

  Store& store_;
  const std::string path_;
  const absl::Duration retention_;
  int64_t numbered_by_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_KEPT_HISTORIES_H_
