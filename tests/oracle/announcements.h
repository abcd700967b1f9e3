#ifndef AUDIENCED_TESTS_ORACLE_ANNOUNCEMENTS_H_
#define AUDIENCED_TESTS_ORACLE_ANNOUNCEMENTS_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "rules/engine/evaluation.h"
#include "rules/history/history.h"

namespace audienced::oracle {

// Walks the time line of an audience from one announcement of the engine to the
// next (Standing::next_change) and looks at instants between: an instant and
// the timeline agree everywhere, and between announcements nothing changes that
// is published: whether the profile is in, since and until when, by which
// match, by which evidence, with which context. What is wrong, or nothing.
std::optional<std::string> BrokenAnnouncement(Evaluation& evaluation,
                                              const History& history,
                                              const Audience& audience,
                                              size_t number,
                                              absl::Duration retention);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_ANNOUNCEMENTS_H_
