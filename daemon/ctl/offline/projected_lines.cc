#include "daemon/ctl/offline/projected_lines.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace audienced {

absl::Status LineProjector::Add(EventFile::Lines lines, ProjectedLines& into) {
  while (true) {
    CsvEvents* csv = std::get_if<CsvEvents>(&lines);
    absl::StatusOr<bool> more;
    if (csv != nullptr) {
      more = AddNext(*csv, into);
    } else {
      more = std::get<JsonEvents>(lines).Next(line_);
      if (more.ok() && *more) Add(std::move(line_), into);
    }
    if (!more.ok() || !*more) return more.status();
  }
}

void LineProjector::Add(EventLine line, ProjectedLines& into) {
  if (!line.fault.empty()) {
    into.faults.push_back(std::move(line));
    return;
  }
  into.events.push_back({std::move(line.incoming.identifiers),
                         projection_.Project(std::move(line.incoming.event))});
}

absl::StatusOr<bool> LineProjector::AddNext(CsvEvents& events,
                                            ProjectedLines& into) {
  std::optional<EventMeaning> known;
  const absl::StatusOr<bool> more = events.Next(
      line_,
      [&](std::string_view property) { return projection_.Asks(property); },
      [&](const std::string& says) {
        known = meanings_.Find(says);
        return known.has_value();
      });
  if (!more.ok() || !*more) return more;
  if (!known || !line_.fault.empty()) {
    const size_t count = into.events.size();
    const std::string says = std::move(line_.says);
    Add(std::move(line_), into);
    if (into.events.size() > count && meanings_.has_room()) {
      meanings_.Keep(says, store_.Put(into.events.back().event));
    }
    return true;
  }
  Event& event = line_.incoming.event;
  const uint64_t digest = EventDigest(event.origin, event.event_id);
  into.events.push_back({std::move(line_.incoming.identifiers),
                         known->At(ToInstant(event.occurred_at), digest,
                                   std::move(event.event_id))});
  return true;
}

}  // namespace audienced
