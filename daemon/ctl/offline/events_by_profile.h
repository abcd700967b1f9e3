#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "daemon/ctl/offline/projected_lines.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"
#include "rules/history/open_events.h"

namespace audienced {

// The events of a file in the order of whose they are, on their way into
// histories. Profiles are numbered from 0 by the caller.
class EventsByProfile {
 private:
  struct Place {
    uint32_t lines = 0;
    uint32_t event = 0;

    friend auto operator<=>(const Place&, const Place&) = default;
  };

 public:
  // By projector, by the number that a set of identifiers has there: the
  // profile that it means.
  using Owners = std::vector<std::vector<uint32_t>>;

  // `lines` are in the order of the file. Borrows `projectors`, which read
  // them; works on one thread for each of these.
  EventsByProfile(std::vector<ProjectedLines> lines,
                  const std::vector<LineProjector>& projectors,
                  const Owners& owners, size_t profiles);

  // Makes histories. Not thread-safe; several may work side by side.
  class Maker {
   public:
    Maker(const EventsByProfile& events, const Projection& projection);
    // The history of `profile`, packed. Of copies of an event the first in the
    // file counts. Best asked for in rising order.
    History HistoryOf(uint32_t profile);

   private:
    struct Event {
      ProjectedLine line;
      Place place;
    };

    void Prefetch(uint32_t profile) const;
    bool HasCopies() const;
    void DropLaterCopies();
    bool IsBefore(const Event& one, const Event& other) const;

    const EventsByProfile& all_;
    std::vector<Event> events_;  // of the profile at hand
    OpenEvents open_;
  };

 private:
  void Sort(const Owners& owners, size_t profiles);
  const ProjectedLine& At(Place place) const {
    return lines_[place.lines].events[place.event];
  }

  const std::vector<ProjectedLines> lines_;
  const std::vector<LineProjector>& projectors_;
  std::vector<Place> places_;   // by profile
  std::vector<size_t> begins_;  // by profile: its first place; and the end
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
