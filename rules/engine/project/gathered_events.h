#ifndef AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/engine/project/array_blocks.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/projection.h"
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
  // An event whose meaning is known. Borrows its id.
  struct MeantEvent {
    Instant time;
    Instant received_at;
    uint64_t digest = 0;
    std::string_view event_id;
    EventMeaning meaning;
    // In place of that of the meaning, where it has one of its own.
    std::optional<Cell> session;
  };

  // What one thread gathers. Not thread-safe.
  class Part {
   public:
    explicit Part(const Projection& projection);

    // Keeps what an event means, for as long as what is gathered is there.
    EventMeaning Put(const ProjectedEvent& event) {
      return meanings_.Put(event);
    }
    // Adds an event that states nothing, not after 2^32 others. Borrows its
    // meaning, until the histories are made.
    void Add(uint32_t profile, const MeantEvent& event);
    // The same of any event.
    void Add(uint32_t profile, ProjectedEvent event, Instant received_at);
    // What is left of an event that is gone: its statements.
    void AddRemnant(uint32_t profile, ProjectedEvent event);

   private:
    friend class GatheredEvents;

    // An event: all in one place, as histories are made of events that lie far
    // from each other.
    struct Row {
      Instant time;
      uint64_t digest = 0;
      EventMeaning meaning;
      Cell session = kAbsent;
      Instant received_at;
      const char* event_id = nullptr;
      uint32_t event_id_bytes = 0;
      uint32_t profile = 0;

      std::string_view id() const { return {event_id, event_id_bytes}; }
    };
    // What an event says of its profile, as far as it outlives the event.
    struct Statement {
      uint32_t profile = 0;
      size_t row = 0;  // of the event; kNoRow: it is a remnant
      ProjectedEvent event;
    };

    size_t event_columns_;
    size_t item_columns_;
    size_t session_column_;
    std::vector<Row> rows_;
    ArrayBlocks<char> event_ids_;
    MeaningStore meanings_;
    std::vector<Statement> statements_;
  };

  // Takes the parts over; `profiles` is how many there are.
  GatheredEvents(std::vector<Part> parts, size_t profiles);

  // Which of the copies of one event counts.
  enum class Copies {
    kNone,           // there are none
    kFirstReceived,  // of profiles that became one
  };

  // Makes histories. Not thread-safe; several may work side by side.
  class Maker {
   public:
    explicit Maker(const GatheredEvents& events);
    // The history of `profile`, packed.
    History HistoryOf(uint32_t profile, Copies copies);

   private:
    // Brings events near that are wanted soon.
    void Prefetch(size_t place) const;
    void TakeEvents();

    const GatheredEvents& gathered_;
    std::vector<Place> places_;  // of the profile at hand, and its events
    OpenEvents events_;
  };

 private:
  static constexpr size_t kNoRow = SIZE_MAX;

  const Part::Row& RowAt(Place place) const {
    return parts_[place.part].rows_[place.row];
  }
  bool IsBefore(Place one, Place other) const;
  bool HasCopies(const std::vector<Place>& places) const;
  void DropLaterCopies(std::vector<Place>& places) const;

  const std::vector<Part> parts_;
  std::vector<Place> places_;   // by profile
  std::vector<size_t> begins_;  // by profile: its first place; and the end
  // By profile, and where they stand.
  std::vector<std::pair<uint32_t, Place>> statements_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_
