#ifndef AUDIENCED_DAEMON_PIPELINE_RULE_DIFFERENCE_H_
#define AUDIENCED_DAEMON_PIPELINE_RULE_DIFFERENCE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "rules/engine/project/projection.h"

namespace audienced {

// Which audiences of other rules are not what they were: who moves to these is
// asked about no more. A value.
struct RuleDifference {
  // Those that profiles come from. Null: nothing is known of them.
  std::shared_ptr<const Projection> former;
  // By audience number there: the number of the audience of this name here,
  // where whoever moves stands in it as there, if nothing else happens to them.
  std::vector<std::optional<uint32_t>> same;
  // The numbers of all others here.
  std::vector<uint32_t> others;
};

// How `rules` differ from those of `former`, which may be null. Where a size
// decides what is published, everyone is asked: it is counted anew.
RuleDifference Compare(std::shared_ptr<const Projection> former,
                       const CompiledRulebook& rules);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_RULE_DIFFERENCE_H_
