#include "rules/history/packed_events.h"

#include <algorithm>
#include <vector>

#include "rules/history/history.h"

namespace audienced {
namespace {

// The newest event first: it is what most readers ask for, and beside the head.
std::vector<Cell> EventRows(const OpenEvents& events, size_t begin,
                            size_t end) {
  const size_t first_item = begin < end ? events.item_begin(begin) : 0;
  const size_t items = begin < end ? events.item_end(end - 1) - first_item : 0;
  std::vector<Cell> rows;
  rows.reserve((end - begin) * (3 + events.event_columns()));
  for (size_t event = end; event-- > begin;) {
    rows.push_back(events.time(event).micros);
    rows.push_back(events.class_id(event));
    rows.push_back(
        static_cast<Cell>(events.item_begin(event) - first_item) -
        (items >= end - begin ? static_cast<Cell>(event - begin) : 0));
    for (size_t column = 0; column < events.event_columns(); ++column) {
      rows.push_back(events.cell(event, column));
    }
  }
  return rows;
}

std::vector<Cell> ItemRows(const OpenEvents& events, size_t begin, size_t end) {
  std::vector<Cell> rows;
  if (begin == end) return rows;
  const size_t last = events.item_end(end - 1);
  for (size_t item = events.item_begin(begin); item < last; ++item) {
    for (size_t column = 0; column < events.item_columns(); ++column) {
      rows.push_back(events.item_cell(item, column));
    }
  }
  return rows;
}

}  // namespace

PackedEvents::PackedEvents(size_t event_columns, size_t item_columns)
    : PackedEvents(OpenEvents(event_columns, item_columns), 0, 0) {}

PackedEvents::PackedEvents(const OpenEvents& events, size_t begin, size_t end) {
  const std::vector<Cell> event_rows = EventRows(events, begin, end);
  const std::vector<Cell> item_rows = ItemRows(events, begin, end);
  Header header;
  header.event_count = static_cast<uint16_t>(end - begin);
  header.event_columns = static_cast<uint16_t>(events.event_columns());
  header.item_columns = static_cast<uint16_t>(events.item_columns());
  for (size_t event = begin; event < end; ++event) {
    header.class_marks |= MarkOfClass(events.class_id(event));
  }
  if (begin == end) {
    Make(header, sizeof(Header));
    return;
  }

  const TablePacker of_events(event_rows, kCells + events.event_columns(),
                              /*may_be_relative=*/false);
  const TablePacker of_items(item_rows, events.item_columns(),
                             /*may_be_relative=*/true);
  header.item_count = static_cast<uint32_t>(events.item_end(end - 1) -
                                            events.item_begin(begin));
  header.event_row_bits = of_events.row_bits();
  header.event_head_bytes = static_cast<uint32_t>(of_events.head_bytes());
  header.events_at = static_cast<uint32_t>(
      sizeof(Header) + of_events.head_bytes() + of_items.head_bytes());
  const size_t items_at = header.events_at + of_events.column_bytes();
  const size_t digests_at = items_at + of_items.column_bytes();
  Make(header, digests_at + (end - begin) * sizeof(uint64_t));

  uint8_t* const block = block_.get();
  of_events.WriteHead(block + sizeof(Header));
  of_items.WriteHead(block + sizeof(Header) + of_events.head_bytes());
  of_events.WriteColumns(block + header.events_at);
  of_items.WriteColumns(block + items_at);
  for (size_t event = begin; event < end; ++event) {
    const uint64_t digest = events.digest(event);
    std::memcpy(block + digests_at + (event - begin) * sizeof(digest), &digest,
                sizeof(digest));
  }
}

PackedEvents::PackedEvents(std::string_view block)
    : block_(std::make_unique_for_overwrite<uint8_t[]>(block.size())) {
  std::memcpy(block_.get(), block.data(), block.size());
}

PackedEvents::PackedEvents(const PackedEvents& other)
    : PackedEvents(other.block()) {}

PackedEvents& PackedEvents::operator=(const PackedEvents& other) {
  if (this != &other) *this = PackedEvents(other);
  return *this;
}

void PackedEvents::Make(const Header& header, size_t bytes) {
  block_ = std::make_unique<uint8_t[]>(bytes);
  std::memcpy(block_.get(), &header, sizeof(header));
}

const uint8_t* PackedEvents::digests() const {
  const uint64_t row_bits = RowBitsOf(item_head(), item_columns());
  return items() + (row_bits * item_count() + 7) / 8;
}

size_t PackedEvents::bytes() const {
  if (empty()) return sizeof(Header);
  return static_cast<size_t>(digests() - block_.get()) +
         size() * sizeof(uint64_t);
}

Cell PackedEvents::item_cell(size_t item, size_t column) const {
  const PackedColumn values = ItemColumn(column);
  const Cell value = values[item];
  if (!values.is_relative() || value == kAbsent) return value;
  return value + ItemColumn(0)[item];
}

void PackedEvents::UnpackTo(OpenEvents& into) const {
  if (empty()) return;
  std::vector<PackedColumn> cells;
  for (size_t i = 0; i < event_columns(); ++i) {
    cells.push_back(EventColumn(kCells + i));
  }
  std::vector<PackedColumn> item_cells;
  for (size_t i = 0; i < item_columns(); ++i) {
    item_cells.push_back(ItemColumn(i));
  }
  const PackedColumn times = EventColumn(kTime);
  const PackedColumn classes = EventColumn(kClass);
  const PackedColumn starts = EventColumn(kItems);
  ProjectedEvent event;
  event.cells.resize(cells.size());
  size_t item = 0;
  for (size_t i = 0; i < size(); ++i) {
    const size_t row = RowOf(i);
    event.time = {times[row]};
    event.class_id = static_cast<uint32_t>(classes[row]);
    event.digest = digest(i);
    for (size_t c = 0; c < cells.size(); ++c) event.cells[c] = cells[c][row];
    event.item_cells.clear();
    const size_t end =
        i + 1 < size() ? BeginOf(starts[row - 1], i + 1) : item_count();
    for (; item < end; ++item) {
      for (const PackedColumn& column : item_cells) {
        Cell value = column[item];
        if (column.is_relative() && value != kAbsent) {
          value += item_cells.front()[item];
        }
        event.item_cells.push_back(value);
      }
    }
    into.Add(event);
  }
}

bool PackedEvents::Contains(uint64_t digest) const {
  if (empty()) return false;
  const uint8_t* place = digests();
  for (size_t event = 0; event < size(); ++event, place += sizeof(digest)) {
    if (std::memcmp(place, &digest, sizeof(digest)) == 0) return true;
  }
  return false;
}

}  // namespace audienced
