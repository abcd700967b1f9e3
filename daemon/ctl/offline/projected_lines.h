#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_

#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/event_meanings.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// An event of a file as the rules see it, and whose it is.
struct ProjectedLine {
  std::vector<Identifier> identifiers;
  ProjectedEvent event;
};

// Some lines of a file, in its order.
struct ProjectedLines {
  std::vector<ProjectedLine> events;
  std::vector<EventLine> faults;  // lines that are no events
};

// Makes lines of a file to events as the rules see them. Lines of CSV that say
// the same of what happened, as most do that come often (this item viewed, that
// one in the cart), are looked at once. Not thread-safe.
class LineProjector {
 public:
  explicit LineProjector(Projection& projection) : projection_(projection) {}

  // All of `lines`, behind those that `into` has.
  absl::Status Add(EventFile::Lines lines, ProjectedLines& into);
  // One line.
  void Add(EventLine line, ProjectedLines& into);

 private:
  absl::StatusOr<bool> AddNext(CsvEvents& events, ProjectedLines& into);

  Projection& projection_;
  MeaningStore store_;  // of meanings_
  EventMeanings meanings_;
  EventLine line_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
