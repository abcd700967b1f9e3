#ifndef AUDIENCED_RULES_HISTORY_HISTORY_H_
#define AUDIENCED_RULES_HISTORY_HISTORY_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "rules/history/cell.h"
#include "rules/history/event_order.h"
#include "rules/history/history_times.h"
#include "rules/history/instant.h"
#include "rules/history/open_events.h"
#include "rules/history/packed_events.h"
#include "rules/history/value.h"

namespace audienced {

struct TraitChange {
  Instant time;
  std::string name;
  Value value;
};

struct ConsentChange {
  Instant time;
  uint32_t purpose = 0;  // index into the rulebook's purposes
  bool granted = false;
};

// An event reduced to what the rules of one rulebook can ask of it.
struct ProjectedEvent {
  Instant time;
  uint64_t digest = 0;    // of origin and event_id: tells duplicates
  std::string event_id;   // orders events of one instant (EventOrder)
  uint32_t class_id = 0;  // which selectors it satisfies
  Cells cells;            // one each event column of the schema
  Cells item_cells;       // one each item and item column, by item
  std::vector<TraitChange> traits;
  std::vector<ConsentChange> consents;
};

// Borrows the id.
inline EventOrder OrderOf(const ProjectedEvent& event) {
  return {event.time, event.event_id, event.digest};
}

// What a packed history consists of, for who keeps it outside of memory.
struct HistoryParts {
  using Packed = std::shared_ptr<const PackedEvents>;

  explicit HistoryParts(PackedEvents newest_events)
      : newest(std::move(newest_events)) {}

  // The events in their order: chunks of PackedEvents::kLimit, fewer, which may
  // be null, and the newest.
  std::vector<Packed> chunks;
  Packed before;
  PackedEvents newest;
  std::vector<TraitChange> traits;
  std::vector<EventName> trait_events;  // one each
  std::vector<ConsentChange> consents;
  Instant known_since;
  Instant whole_since;
};

// The history of one profile in memory: its events in their order (EventOrder).
// A value: copies are independent. Thread-safe to read while nobody writes.
//
// Events come in as plain columns (OpenEvents) and stay so until Pack() makes
// them small: a daemon with ten million events packs what it keeps, a tool that
// reads a file and ends need not. Packed events lie in chunks of a fixed
// number, those behind them in one of less, and the newest in another: the
// former are shared by copies, and to insert an event takes apart only what
// lies at its instant and later, so as a rule a few of the newest.
//
// Packed events have lost their ids, which would take more memory than all
// else. They are in order; only an event that comes later, for the very same
// instant, needs the ids to find its place: see UnnamedAt().
//
// Does not judge duplicates by itself; ask Contains() first.
class History {
 public:
  // `event_columns` and `item_columns` are the widths of the schema.
  History(size_t event_columns, size_t item_columns)
      : newest_(event_columns, item_columns) {}
  // The events of `events`, packed.
  explicit History(const OpenEvents& events);
  explicit History(HistoryParts parts);
  History(const History& other);
  History& operator=(const History& other);
  History(History&&) = default;
  History& operator=(History&&) = default;

  // Of events of the same instant that have no id here, see UnnamedAt(), the
  // event is taken to be the later.
  void Insert(ProjectedEvent event);

  // Takes over only the traits and consents of `event`: they outlive it.
  void InsertRemnant(ProjectedEvent event);

  // Begins anew with nothing. The events that are added to the answer, in their
  // order, are its own then; they are open, and lie in the memory of those that
  // were. Whoever looks at many histories one after the other, each once, needs
  // but one.
  OpenEvents& Restart();

  // Makes the events small and forgets their ids.
  void Pack();

  // What it consists of, packed.
  HistoryParts parts() const;

  // The digests of the events at `time` whose ids are not here any more.
  std::vector<uint64_t> UnnamedAt(Instant time) const;
  // Tells their ids, by digest, until the next Pack(). An empty one is not
  // known.
  void NameAt(Instant time, absl::FunctionRef<std::string(uint64_t)> id_of);

  // The profile is known since `time`, if not longer.
  void ExtendTo(Instant time) { known_since_ = std::min(known_since_, time); }

  // Drops the events that occurred before `time`. What they said of traits and
  // consents stays, and since when the profile is known.
  void ForgetBefore(Instant time);

  // The history has all events from this instant on; Never where it has all.
  Instant whole_since() const { return whole_since_; }

  // The events of both, which are of the same schema and have none in common,
  // and for which CanUnite() holds.
  static History Union(const History& left, const History& right);
  // Whether the order of a union is known: at no instant that both have events
  // of, one has lost its id.
  static bool CanUnite(const History& left, const History& right);

  // Whether an event is in both.
  static bool Intersect(const History& left, const History& right);

  // Whether an event with this digest is in the history.
  bool Contains(uint64_t digest) const;

  // What the history takes in memory, about.
  size_t bytes() const;

  // Number of events. They are numbered from 0 in order.
  size_t size() const {
    return rest_ == nullptr ? newest_.size() : rest_->size(newest_);
  }
  bool empty() const { return size() == 0; }

  // The instant of the first event that there ever was; Forever when there was
  // none.
  Instant first_time() const {
    return empty() ? known_since_ : std::min(known_since_, *times().begin());
  }
  // The instant of the last event; Never where there is none.
  Instant last_time() const {
    if (rest_ == nullptr && !newest_.empty()) {
      return newest_.time(newest_.size() - 1);
    }
    return empty() ? Instant::Never() : time(size() - 1);
  }
  Instant time(size_t event) const {
    return At(event, [](const auto& in, size_t i) { return in.time(i); });
  }
  // All of them, in order.
  HistoryTimes times() const { return HistoryTimes(*this, size()); }
  uint32_t class_id(size_t event) const {
    return At(event, [](const auto& in, size_t i) { return in.class_id(i); });
  }
  // Empty where it is not here any more.
  std::string event_id(size_t event) const {
    return At(event, [](const auto& in, size_t i) {
      return std::string(in.event_id(i));
    });
  }
  uint64_t digest(size_t event) const {
    return At(event, [](const auto& in, size_t i) { return in.digest(i); });
  }
  EventName name(size_t event) const {
    return {event_id(event), digest(event)};
  }
  Cell cell(size_t event, size_t column) const {
    return At(event,
              [=](const auto& in, size_t i) { return in.cell(i, column); });
  }

  // Of all events.
  ClassMarks class_marks() const {
    return rest_ == nullptr ? newest_.class_marks() : AllClassMarks();
  }

  // Brings what a scan reads first near, for one that comes soon.
  void Prefetch() const { newest_.Prefetch(); }

  // Passes over the newest of the first `end` events, of which there is one at
  // least: as many as `into` takes and lie together, at least one. Reads those
  // for whose class `wants` says true. The quickest way through a history.
  template <typename Wants>
  void ReadNewest(size_t end, Wants wants, EventPortion& into) const {
    At(end - 1, [&](const auto& in, size_t last) {
      in.ReadNewest(last + 1, wants, into);
    });
  }

  // The items of `event` are [item_begin, item_end), numbered through the
  // history. The numbers change when an event is inserted before.
  size_t item_begin(size_t event) const {
    return FirstItemBefore(event) +
           At(event, [](const auto& in, size_t i) { return in.item_begin(i); });
  }
  size_t item_end(size_t event) const {
    return FirstItemBefore(event) +
           At(event, [](const auto& in, size_t i) { return in.item_end(i); });
  }
  size_t item_count() const;
  Cell item_cell(size_t item, size_t column) const;

  // In the order in which they came to hold: that of the events that said so;
  // of consents at one instant `denied` is the later.
  const std::vector<TraitChange>& traits() const;
  // The latest value of the trait at `t` (included); null: there is none, or
  // none any more.
  const Value* FindTrait(std::string_view name, Instant t) const;
  const std::vector<ConsentChange>& consents() const;

 private:
  // Events that are followed by others; PackedEvents::kLimit of them.
  struct Chunk {
    std::shared_ptr<const PackedEvents> events;
    Instant last;           // when its last event occurred
    size_t first_item = 0;  // number of the first of its items
  };

  // What most histories do not have.
  struct Rest {
    Rest() = default;
    Rest(const Rest& other);
    Rest& operator=(Rest&&) = default;

    size_t chunk_events() const { return chunks.size() * PackedEvents::kLimit; }
    // All before the newest.
    size_t older_events() const {
      return chunk_events() + (before == nullptr ? 0 : before->size());
    }
    size_t older_items() const {
      return chunk_items + (before == nullptr ? 0 : before->item_count());
    }
    size_t size(const PackedEvents& newest) const {
      return older_events() + (open == nullptr ? newest.size() : open->size());
    }

    std::vector<Chunk> chunks;
    size_t chunk_bytes = 0;
    size_t chunk_items = 0;
    // Behind the chunks; fewer events than one has. May be null.
    std::shared_ptr<const PackedEvents> before;
    // The newest events, where they are not packed: newest_ is empty then.
    std::unique_ptr<OpenEvents> open;
    std::vector<TraitChange> traits;
    std::vector<EventName> trait_events;  // beside traits
    std::vector<ConsentChange> consents;
    size_t text_bytes = 0;  // of traits, outside of their objects
  };

  // Calls `read` with the events that hold `event`, and its number there.
  template <typename Read>
  std::invoke_result_t<Read, const PackedEvents&, size_t> At(size_t event,
                                                             Read read) const {
    if (rest_ == nullptr) return read(newest_, event);
    const size_t chunk = event / PackedEvents::kLimit;
    if (chunk < rest_->chunks.size()) {
      return read(*rest_->chunks[chunk].events, event % PackedEvents::kLimit);
    }
    event -= rest_->chunk_events();
    if (rest_->before != nullptr) {
      if (event < rest_->before->size()) return read(*rest_->before, event);
      event -= rest_->before->size();
    }
    return rest_->open == nullptr ? read(newest_, event)
                                  : read(*rest_->open, event);
  }
  ClassMarks AllClassMarks() const;
  // Number of the first item of what holds `event`.
  size_t FirstItemBefore(size_t event) const;

  Rest& OwnRest();
  // Takes the events over behind the chunks that are here, behind which there
  // is nothing. Returns those that make no chunk.
  PackedEvents PackBehind(const OpenEvents& events);
  // As many of the newest events are taken apart to add one.
  static constexpr size_t kTailLimit = 32;

  // The events from `time` on, and perhaps some before, to be changed.
  OpenEvents& OpenFrom(Instant time);
  // Unpacks what holds events at or after `time`, and takes it away.
  std::unique_ptr<OpenEvents> TakeFrom(Instant time);
  // Moves the newest events to those before, and leaves none.
  void PutAwayNewest();
  void AddChunk(HistoryParts::Packed events);
  void InsertTraits(std::vector<TraitChange> changes, const EventName& said_by);
  void InsertConsents(const std::vector<ConsentChange>& changes);
  void UniteStatements(const History& left, const History& right);

  PackedEvents newest_;  // the last events, where they are packed
  std::unique_ptr<Rest> rest_;
  Instant known_since_ = Instant::Forever();
  Instant whole_since_ = Instant::Never();
};

inline Instant HistoryTimes::operator[](size_t event) const {
  return history_->time(event);
}

inline const Value* History::FindTrait(std::string_view name, Instant t) const {
  const std::vector<TraitChange>& changes = traits();
  const auto last = std::find_if(
      changes.rbegin(), changes.rend(), [&](const TraitChange& change) {
        return change.time <= t && change.name == name;
      });
  return last == changes.rend() || last->value.is_null() ? nullptr
                                                         : &last->value;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_HISTORY_H_
