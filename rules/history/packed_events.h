#ifndef AUDIENCED_RULES_HISTORY_PACKED_EVENTS_H_
#define AUDIENCED_RULES_HISTORY_PACKED_EVENTS_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "rules/history/cell.h"
#include "rules/history/event_portion.h"
#include "rules/history/instant.h"
#include "rules/history/open_events.h"
#include "rules/history/packed_table.h"

namespace audienced {

// Events in one block of memory, about as small as what they tell: a table of
// events (time, class, items, cells) and one of items (packed_table.h), and the
// digests, which nothing makes smaller. Never changed once made. A value; items
// are numbered from 0.
//
// Event ids are not kept: they order the events of one instant, and these lie
// in that order. Who needs the ids themselves reads them where they are stored.
class PackedEvents {
 public:
  // So many events at most, and always so many where others follow.
  static constexpr size_t kLimit = 256;

  // No events.
  PackedEvents(size_t event_columns, size_t item_columns);
  // The events [begin, end) of `events`, at most kLimit.
  PackedEvents(const OpenEvents& events, size_t begin, size_t end);
  // Those of a block() that this very program made.
  explicit PackedEvents(std::string_view block);

  PackedEvents(const PackedEvents& other);
  PackedEvents& operator=(const PackedEvents& other);
  PackedEvents(PackedEvents&&) = default;
  PackedEvents& operator=(PackedEvents&&) = default;

  size_t event_columns() const { return header().event_columns; }
  size_t item_columns() const { return header().item_columns; }

  // Bytes outside of the object.
  size_t bytes() const;
  // The memory that they lie in.
  std::string_view block() const {
    return {reinterpret_cast<const char*>(block_.get()), bytes()};
  }
  size_t size() const { return header().event_count; }
  bool empty() const { return size() == 0; }
  Instant time(size_t event) const {
    return {EventColumn(kTime).Present(RowOf(event))};
  }
  uint32_t class_id(size_t event) const {
    return static_cast<uint32_t>(EventColumn(kClass).Present(RowOf(event)));
  }
  uint64_t digest(size_t event) const {
    uint64_t digest = 0;
    std::memcpy(&digest, digests() + sizeof(digest) * event, sizeof(digest));
    return digest;
  }
  ClassMarks class_marks() const { return header().class_marks; }
  std::string_view event_id(size_t) const { return {}; }
  Cell cell(size_t event, size_t column) const {
    return EventColumn(kCells + column)[RowOf(event)];
  }
  size_t item_begin(size_t event) const {
    return BeginOf(EventColumn(kItems)[RowOf(event)], event);
  }
  size_t item_end(size_t event) const {
    return event + 1 < size() ? item_begin(event + 1) : item_count();
  }
  size_t item_count() const { return header().item_count; }
  Cell item_cell(size_t item, size_t column) const;

  bool Contains(uint64_t digest) const;

  // Adds all events behind those of `into`.
  void UnpackTo(OpenEvents& into) const;

  // As History::Prefetch(): the heads, and the times of the newest events.
  void Prefetch() const {
    for (int line = 0; line < 3; ++line) {
      __builtin_prefetch(block_.get() + 64 * line);
    }
  }

  // As History::ReadNewest(), of the first `end` events here.
  template <typename Wants>
  void ReadNewest(size_t end, Wants wants, EventPortion& into) const;

 private:
  // The block: header, heads of both tables, columns of events, columns of
  // items, digests. Reading a column may look at 8 bytes behind its bits, which
  // the digests provide. Offsets are from the begin. What evaluation does not
  // need at every event is not here but found by the heads.
  struct Header {
    uint16_t event_count = 0;
    uint16_t event_columns = 0;
    uint16_t item_columns = 0;
    ClassMarks class_marks = 0;
    uint32_t item_count = 0;
    uint32_t event_row_bits = 0;
    uint32_t event_head_bytes = 0;
    uint32_t events_at = 0;  // their columns
  };

  // The columns of the table of events.
  enum : size_t { kTime, kClass, kItems, kCells };

  // Rows are in the order in which they are read most: the newest event first.
  size_t RowOf(size_t event) const { return size() - 1 - event; }

  // Where the items of an event begin is told as the difference to what it
  // would be if each had none or, where there are as many, one.
  size_t BeginOf(Cell told, size_t event) const {
    return static_cast<size_t>(told) + (item_count() >= size() ? event : 0);
  }

  void Make(const Header& header, size_t bytes);
  const Header& header() const {
    return *reinterpret_cast<const Header*>(block_.get());
  }
  const uint8_t* item_head() const {
    return block_.get() + sizeof(Header) + header().event_head_bytes;
  }
  const uint8_t* items() const {
    return block_.get() + header().events_at +
           (uint64_t{header().event_row_bits} * size() + 7) / 8;
  }
  const uint8_t* digests() const;
  PackedColumn EventColumn(size_t column) const {
    const Header& h = header();
    return PackedColumn(block_.get() + sizeof(Header), kCells + h.event_columns,
                        column, block_.get() + h.events_at, size());
  }
  PackedColumn ItemColumn(size_t column) const {
    return PackedColumn(item_head(), item_columns(), column, items(),
                        item_count());
  }

  std::unique_ptr<uint8_t[]> block_;
};

// Classes are a few bits each; times, which are many, are unpacked of the
// wanted events alone. Nothing branches by what an event is: it says nothing of
// the next one, so every other branch would be guessed wrong.
template <typename Wants>
void PackedEvents::ReadNewest(size_t end, Wants wants,
                              EventPortion& into) const {
  const size_t first = RowOf(end - 1);
  const size_t passed = std::min(end, EventPortion::kLimit);
  size_t count = 0;
  EventColumn(kClass).ForEachPresent(
      passed, [=](size_t i) { return first + i; },
      [&](size_t i, Cell cell) {
        const auto class_id = static_cast<uint32_t>(cell);
        into.places[count] = static_cast<uint32_t>(i);
        into.class_ids[count] = class_id;
        count += wants(class_id);
      });
  const PackedColumn times = EventColumn(kTime);
  times.ForEachPresent(
      count, [&](size_t i) { return first + into.places[i]; },
      [&](size_t i, Cell time) { into.times[i] = {time}; });
  into.passed = passed;
  into.oldest = {times.Present(first + passed - 1)};
  into.count = count;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_PACKED_EVENTS_H_
