#ifndef AUDIENCED_TESTS_ORACLE_RESUMPTIONS_H_
#define AUDIENCED_TESTS_ORACLE_RESUMPTIONS_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rules/engine/project/projection.h"
#include "rules/history/event.h"
#include "rules/history/instant.h"

namespace audienced::oracle {

// Where an evaluation from an instant on (Evaluation::TurnTo()) does not say
// what one of all time says there; or where a membership that was evaluated
// before some of the later events came is not brought by it to where one of all
// time brings it. Asks from some of `instants` on, at the later ones.
std::optional<std::string> WrongResumption(Projection& projection,
                                           const std::vector<Event>& events,
                                           const std::set<Instant>& instants);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_RESUMPTIONS_H_
