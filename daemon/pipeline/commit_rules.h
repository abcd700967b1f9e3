#ifndef AUDIENCED_DAEMON_PIPELINE_COMMIT_RULES_H_
#define AUDIENCED_DAEMON_PIPELINE_COMMIT_RULES_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "daemon/pipeline/rule_difference.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// By which rules a commit evaluates.
struct CommitRules {
  std::shared_ptr<Projection> projection;
  int64_t version = 0;
  // By audience number: whether it was not in force before, so that who is in
  // it when a profile moves to these rules counts as `existing`.
  std::vector<bool> fresh;
  // Whether profiles that have not moved yet come from other rules, not only
  // from a start.
  bool are_new = false;
  // From those that most of them come from.
  std::shared_ptr<const RuleDifference> difference =
      std::make_shared<RuleDifference>();
  // Whether all profiles are counted. Until then no audience closes for its
  // `minimum_size`.
  bool are_all_counted = true;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_COMMIT_RULES_H_
