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
  struct Row;

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
    // Adds an event that states nothing. Borrows its meaning, until the
    // histories are made.
    void Add(uint32_t profile, const MeantEvent& event);
    // The same of any event.
    void Add(uint32_t profile, ProjectedEvent event, Instant received_at);
    // What is left of an event that is gone: its statements.
    void AddRemnant(uint32_t profile, ProjectedEvent event);

   private:
    friend class GatheredEvents;

    // What an event says of its profile, as far as it outlives the event.
    struct Statement {
      uint32_t profile = 0;
      const Row* row = nullptr;  // of the event; null: it is a remnant
      ProjectedEvent event;
    };

    const Row* AddRow(uint32_t profile, const MeantEvent& event);

    size_t event_columns_;
    size_t item_columns_;
    size_t session_column_;
    std::vector<std::vector<Row>> rows_;  // in blocks, which never move
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
    // Brings near what is wanted soon after the event at `place`.
    void PrefetchBehind(size_t place) const;
    void TakeEvents();

    const GatheredEvents& gathered_;
    std::vector<const Row*> rows_;  // of the profile at hand
    OpenEvents events_;
  };

 private:
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

    EventOrder order() const {
      return {time, {event_id, event_id_bytes}, digest};
    }
  };

  static bool IsBefore(const Row* one, const Row* other);
  static bool HasCopies(const std::vector<const Row*>& rows);
  static void DropLaterCopies(std::vector<const Row*>& rows);

  const std::vector<Part> parts_;
  std::vector<const Row*> rows_;  // by profile
  std::vector<size_t> begins_;    // by profile: its first row; and the end
  std::vector<const Part::Statement*> statements_;  // by profile
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_GATHERED_EVENTS_H_
