#include "daemon/pipeline/rule_difference.h"

#include <utility>

namespace audienced {

RuleDifference Compare(std::shared_ptr<const Projection> former,
                       const CompiledRulebook& rules) {
  RuleDifference difference;
  if (former != nullptr) {
    difference.same.resize(former->rulebook().audience_count());
  }
  for (uint32_t i = 0; i < rules.audience_count(); ++i) {
    const Audience& audience = rules.audience(i);
    const int before =
        former == nullptr ? -1 : former->rulebook().FindAudience(audience.name);
    if (before >= 0 && audience.minimum_size == 0 &&
        rules.audience_fingerprint(i) ==
            former->rulebook().audience_fingerprint(before)) {
      difference.same[before] = i;
    } else {
      difference.others.push_back(i);
    }
  }
  difference.former = std::move(former);
  return difference;
}

}  // namespace audienced
