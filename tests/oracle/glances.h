#ifndef AUDIENCED_TESTS_ORACLE_GLANCES_H_
#define AUDIENCED_TESTS_ORACLE_GLANCES_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/engine/project/projection.h"
#include "rules/history/event.h"
#include "rules/history/instant.h"

namespace audienced::oracle {

// Where what an evaluation says at a glance is not what it says by timelines:
// at each of `instants`, of the whole history and of what was known of it by
// then.
std::optional<std::string> WrongGlance(Projection& projection,
                                       const std::vector<Event>& events,
                                       const std::set<Instant>& instants);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GLANCES_H_
