#ifndef AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/project/projection.h"
#include "rules/history/event.h"
#include "rules/history/history.h"
#include "rules/history/open_events.h"

namespace audienced {

// Events of many profiles in the order in which they are read, on their way
// into histories. Profiles are numbered from 0 by the caller. Several threads
// gather, each for itself; what they have gathered is put together then.
class GatheredEvents {
 private:
  struct Place {
    uint32_t part = 0;
    uint32_t row = 0;
  };

 public:
  // What one thread gathers. Not thread-safe.
  class Part {
   public:
    explicit Part(const Projection& projection);

    // Makes room for so many events in all.
    void Reserve(size_t count);

    // Not after 2^32 others. A remnant is gone but for its statements.
    void Add(uint32_t profile, ProjectedEvent event, Instant received_at,
             bool is_remnant);

   private:
    friend class GatheredEvents;

    // What an event says of its profile, as far as it outlives the event.
    struct Statement {
      uint32_t profile = 0;
      size_t row = 0;  // of the event; kNoRow: it is a remnant
      ProjectedEvent event;
    };

    OpenEvents rows_;
    std::vector<uint32_t> profiles_;    // by row
    std::vector<Instant> received_at_;  // by row
    std::vector<Statement> statements_;
  };

  // Takes the parts over; `profiles` is how many there are.
  GatheredEvents(std::vector<Part> parts, size_t profiles);

  // Which of the copies of one event counts.
  enum class Copies {
    kNone,           // there are none
    kFirstReceived,  // of profiles that became one
    kFirstAdded,     // by one part
  };

  // Makes histories. Not thread-safe; several may work side by side.
  class Maker {
   public:
    explicit Maker(const GatheredEvents& events);
    // The history of `profile`, packed.
    History HistoryOf(uint32_t profile, Copies copies);

   private:
    const GatheredEvents& gathered_;
    std::vector<Place> places_;  // of the profile at hand, and its events
    OpenEvents events_;
  };

 private:
  static constexpr size_t kNoRow = SIZE_MAX;

  const OpenEvents& RowsOf(Place place) const {
    return parts_[place.part].rows_;
  }
  bool IsBefore(Place one, Place other) const;
  bool HasCopies(const std::vector<Place>& places) const;
  void DropLaterCopies(std::vector<Place>& places, Copies copies) const;

  const std::vector<Part> parts_;
  std::vector<Place> places_;   // by profile
  std::vector<size_t> begins_;  // by profile: its first place; and the end
  // By profile, and where they stand.
  std::vector<std::pair<uint32_t, Place>> statements_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_
