#include "rules/history/history.h"

#include <iterator>
#include <string_view>
#include <tuple>

#include "absl/container/flat_hash_set.h"
#include "rules/history/columns.h"

namespace audienced {
namespace {

// At one instant a denial stands behind a grant, and so is the later.
bool IsBefore(const ConsentChange& one, const ConsentChange& other) {
  return std::make_pair(one.time, !one.granted) <
         std::make_pair(other.time, !other.granted);
}

}  // namespace

History::Rest::Rest(const Rest& other)
    : chunks(other.chunks),
      chunk_bytes(other.chunk_bytes),
      chunk_items(other.chunk_items),
      before(other.before),
      open(other.open == nullptr ? nullptr
                                 : std::make_unique<OpenEvents>(*other.open)),
      traits(other.traits),
      trait_events(other.trait_events),
      consents(other.consents),
      text_bytes(other.text_bytes) {}

History::History(const OpenEvents& events)
    : newest_(events.event_columns(), events.item_columns()) {
  newest_ = PackBehind(events);
}

History::History(HistoryParts parts)
    : newest_(std::move(parts.newest)),
      known_since_(parts.known_since),
      whole_since_(parts.whole_since) {
  for (HistoryParts::Packed& chunk : parts.chunks) AddChunk(std::move(chunk));
  if (parts.before != nullptr) OwnRest().before = std::move(parts.before);
  for (size_t i = 0; i < parts.traits.size(); ++i) {
    InsertTraits({std::move(parts.traits[i])}, parts.trait_events[i]);
  }
  InsertConsents(parts.consents);
}

HistoryParts History::parts() const {
  if (rest_ != nullptr && rest_->open != nullptr) {
    History packed(*this);
    packed.Pack();
    return packed.parts();
  }
  HistoryParts parts(newest_);
  parts.known_since = known_since_;
  parts.whole_since = whole_since_;
  if (rest_ == nullptr) return parts;
  for (const Chunk& chunk : rest_->chunks) parts.chunks.push_back(chunk.events);
  parts.before = rest_->before;
  parts.traits = rest_->traits;
  parts.trait_events = rest_->trait_events;
  parts.consents = rest_->consents;
  return parts;
}

History::History(const History& other)
    : newest_(other.newest_),
      rest_(other.rest_ == nullptr ? nullptr
                                   : std::make_unique<Rest>(*other.rest_)),
      known_since_(other.known_since_),
      whole_since_(other.whole_since_) {}

History& History::operator=(const History& other) {
  if (this != &other) *this = History(other);
  return *this;
}

size_t History::bytes() const {
  size_t bytes = sizeof(History) + newest_.bytes();
  if (rest_ == nullptr) return bytes;
  bytes += sizeof(Rest) + BytesOf(rest_->chunks) + rest_->chunk_bytes;
  if (rest_->before != nullptr) bytes += rest_->before->bytes();
  if (rest_->open != nullptr) bytes += rest_->open->bytes();
  return bytes + rest_->text_bytes + BytesOf(rest_->traits) +
         BytesOf(rest_->trait_events) + BytesOf(rest_->consents);
}

History::Rest& History::OwnRest() {
  if (rest_ == nullptr) rest_ = std::make_unique<Rest>();
  return *rest_;
}

OpenEvents& History::OpenFrom(Instant time) {
  Rest& rest = OwnRest();
  const bool is_before =
      rest.older_events() > 0 && time <= this->time(rest.older_events() - 1);
  if (is_before) {
    rest.open = TakeFrom(time);
  } else if (rest.open == nullptr) {
    const bool is_behind =
        newest_.empty() || time > newest_.time(newest_.size() - 1);
    if (is_behind && newest_.size() > kTailLimit) PutAwayNewest();
    rest.open = std::make_unique<OpenEvents>(newest_.event_columns(),
                                             newest_.item_columns());
    newest_.UnpackTo(*rest.open);
    newest_ = PackedEvents(newest_.event_columns(), newest_.item_columns());
  }
  return *rest.open;
}

std::unique_ptr<OpenEvents> History::TakeFrom(Instant time) {
  auto taken = std::make_unique<OpenEvents>(newest_.event_columns(),
                                            newest_.item_columns());
  Rest& rest = *rest_;
  const auto from =
      std::find_if(rest.chunks.begin(), rest.chunks.end(),
                   [&](const Chunk& chunk) { return chunk.last >= time; });
  if (from != rest.chunks.end()) rest.chunk_items = from->first_item;
  for (auto chunk = from; chunk != rest.chunks.end(); ++chunk) {
    chunk->events->UnpackTo(*taken);
    rest.chunk_bytes -= sizeof(PackedEvents) + chunk->events->bytes();
  }
  rest.chunks.erase(from, rest.chunks.end());
  if (rest.before != nullptr) rest.before->UnpackTo(*taken);
  rest.before = nullptr;
  if (rest.open != nullptr) {
    for (size_t i = 0; i < rest.open->size(); ++i) {
      taken->Append(*rest.open, i);
    }
  } else {
    newest_.UnpackTo(*taken);
    newest_ = PackedEvents(taken->event_columns(), taken->item_columns());
  }
  return taken;
}

// Small ones are made one with those before, once for kTailLimit events: what
// is before is packed anew that often.
void History::PutAwayNewest() {
  Rest& rest = OwnRest();
  PackedEvents newest(newest_.event_columns(), newest_.item_columns());
  std::swap(newest, newest_);
  if (rest.before == nullptr && newest.size() < PackedEvents::kLimit) {
    rest.before = std::make_shared<const PackedEvents>(std::move(newest));
    return;
  }
  OpenEvents both(newest.event_columns(), newest.item_columns());
  if (rest.before != nullptr) rest.before->UnpackTo(both);
  newest.UnpackTo(both);
  rest.before = std::make_shared<const PackedEvents>(PackBehind(both));
}

void History::Insert(ProjectedEvent event) {
  OpenFrom(event.time).Insert(event);
  InsertRemnant(std::move(event));
}

void History::InsertRemnant(ProjectedEvent event) {
  InsertTraits(std::move(event.traits), {event.event_id, event.digest});
  InsertConsents(event.consents);
}

OpenEvents& History::Restart() {
  const size_t event_columns = newest_.event_columns();
  const size_t item_columns = newest_.item_columns();
  std::unique_ptr<OpenEvents> open = std::move(OwnRest().open);
  if (open == nullptr) {
    open = std::make_unique<OpenEvents>(event_columns, item_columns);
  }
  open->Clear();
  if (!newest_.empty()) newest_ = PackedEvents(event_columns, item_columns);
  *rest_ = Rest();
  rest_->open = std::move(open);
  known_since_ = Instant::Forever();
  whole_since_ = Instant::Never();
  return *rest_->open;
}

void History::Pack() {
  if (rest_ == nullptr || rest_->open == nullptr) return;
  if (rest_->before != nullptr && rest_->open->size() > 2 * kTailLimit) {
    rest_->open = TakeFrom(time(rest_->chunk_events()));
  }
  const std::unique_ptr<OpenEvents> open = std::move(rest_->open);
  newest_ = rest_->before == nullptr ? PackBehind(*open)
                                     : PackedEvents(*open, 0, open->size());
  if (rest_->chunks.empty() && rest_->before == nullptr &&
      rest_->traits.empty() && rest_->consents.empty()) {
    rest_ = nullptr;
  }
}

PackedEvents History::PackBehind(const OpenEvents& events) {
  size_t begin = 0;
  for (; events.size() - begin > PackedEvents::kLimit;
       begin += PackedEvents::kLimit) {
    AddChunk(std::make_shared<const PackedEvents>(
        events, begin, begin + PackedEvents::kLimit));
  }
  return PackedEvents(events, begin, events.size());
}

void History::AddChunk(HistoryParts::Packed events) {
  Rest& rest = OwnRest();
  rest.chunk_bytes += sizeof(PackedEvents) + events->bytes();
  const size_t items = events->item_count();
  const Instant last = events->time(events->size() - 1);
  rest.chunks.push_back({std::move(events), last, rest.chunk_items});
  rest.chunk_items += items;
}

std::vector<uint64_t> History::UnnamedAt(Instant time) const {
  std::vector<uint64_t> digests;
  const HistoryTimes all = times();
  // Almost always later than all that are here.
  if (all.empty() || all[size() - 1] < time) return digests;
  const auto [begin, end] = std::equal_range(all.begin(), all.end(), time);
  for (auto place = begin; place != end; ++place) {
    const auto event = static_cast<size_t>(place - all.begin());
    if (event_id(event).empty()) digests.push_back(digest(event));
  }
  return digests;
}

void History::NameAt(Instant time,
                     absl::FunctionRef<std::string(uint64_t)> id_of) {
  OpenEvents& open = OpenFrom(time);
  for (size_t i = open.size(); i-- > 0 && open.time(i) >= time;) {
    if (open.time(i) == time && open.event_id(i).empty()) {
      open.Name(i, id_of(open.digest(i)));
    }
  }
}

void History::InsertTraits(std::vector<TraitChange> changes,
                           const EventName& said_by) {
  for (TraitChange& change : changes) {
    Rest& rest = OwnRest();
    size_t at = rest.traits.size();
    while (at > 0 &&
           std::tie(rest.traits[at - 1].time, rest.trait_events[at - 1]) >
               std::tie(change.time, said_by)) {
      --at;
    }
    rest.text_bytes +=
        OutsideBytes(change.name) + OutsideBytes(said_by.event_id);
    InsertAt(rest.traits, at, std::move(change));
    InsertAt(rest.trait_events, at, said_by);
  }
}

void History::InsertConsents(const std::vector<ConsentChange>& changes) {
  for (const ConsentChange& change : changes) {
    std::vector<ConsentChange>& consents = OwnRest().consents;
    consents.insert(
        std::upper_bound(consents.begin(), consents.end(), change, IsBefore),
        change);
  }
}

void History::ForgetBefore(Instant time) {
  whole_since_ = std::max(whole_since_, time);
  if (empty() || *times().begin() >= time) return;
  known_since_ = first_time();
  // From the begin: chunks are full, so what is left is cut anew.
  const bool was_open = rest_ != nullptr && rest_->open != nullptr;
  OpenEvents& open = OpenFrom(Instant::Never());
  size_t gone = 0;
  while (gone < open.size() && open.time(gone) < time) ++gone;
  open.DropFirst(gone);
  if (!was_open) Pack();
}

bool History::Contains(uint64_t digest) const {
  if (newest_.Contains(digest)) return true;
  if (rest_ == nullptr) return false;
  return (rest_->open != nullptr && rest_->open->Contains(digest)) ||
         (rest_->before != nullptr && rest_->before->Contains(digest)) ||
         std::any_of(rest_->chunks.begin(), rest_->chunks.end(),
                     [&](const Chunk& chunk) {
                       return chunk.events->Contains(digest);
                     });
}

bool History::Intersect(const History& left, const History& right) {
  const bool left_is_less = left.size() < right.size();
  const History& less = left_is_less ? left : right;
  const History& more = left_is_less ? right : left;
  if (less.size() == 1) return more.Contains(less.digest(0));
  absl::flat_hash_set<uint64_t> known;
  for (size_t i = 0; i < less.size(); ++i) known.insert(less.digest(i));
  if (known.empty()) return false;
  for (size_t i = 0; i < more.size(); ++i) {
    if (known.contains(more.digest(i))) return true;
  }
  return false;
}

ClassMarks History::AllClassMarks() const {
  ClassMarks marks = newest_.class_marks();
  if (rest_->open != nullptr) marks |= rest_->open->class_marks();
  if (rest_->before != nullptr) marks |= rest_->before->class_marks();
  for (const Chunk& chunk : rest_->chunks) marks |= chunk.events->class_marks();
  return marks;
}

size_t History::FirstItemBefore(size_t event) const {
  if (rest_ == nullptr) return 0;
  const size_t chunk = event / PackedEvents::kLimit;
  if (chunk < rest_->chunks.size()) return rest_->chunks[chunk].first_item;
  return event < rest_->older_events() ? rest_->chunk_items
                                       : rest_->older_items();
}

size_t History::item_count() const {
  if (rest_ == nullptr) return newest_.item_count();
  return rest_->older_items() + (rest_->open == nullptr
                                     ? newest_.item_count()
                                     : rest_->open->item_count());
}

Cell History::item_cell(size_t item, size_t column) const {
  if (rest_ == nullptr) return newest_.item_cell(item, column);
  if (item < rest_->chunk_items) {
    const auto behind =
        std::upper_bound(rest_->chunks.begin(), rest_->chunks.end(), item,
                         [](size_t number, const Chunk& chunk) {
                           return number < chunk.first_item;
                         });
    const Chunk& chunk = *std::prev(behind);
    return chunk.events->item_cell(item - chunk.first_item, column);
  }
  if (item < rest_->older_items()) {
    return rest_->before->item_cell(item - rest_->chunk_items, column);
  }
  item -= rest_->older_items();
  return rest_->open == nullptr ? newest_.item_cell(item, column)
                                : rest_->open->item_cell(item, column);
}

const std::vector<TraitChange>& History::traits() const {
  static const auto* const kNone = new std::vector<TraitChange>();
  return rest_ == nullptr ? *kNone : rest_->traits;
}

const std::vector<ConsentChange>& History::consents() const {
  static const auto* const kNone = new std::vector<ConsentChange>();
  return rest_ == nullptr ? *kNone : rest_->consents;
}

bool History::CanUnite(const History& left, const History& right) {
  const HistoryTimes all = left.times();
  Instant last = Instant::Never();
  for (size_t r = 0; r < right.size(); ++r) {
    const Instant time = right.time(r);
    if (time == last) continue;
    last = time;
    if (!std::binary_search(all.begin(), all.end(), time)) continue;
    if (!left.UnnamedAt(time).empty() || !right.UnnamedAt(time).empty()) {
      return false;
    }
  }
  return true;
}

History History::Union(const History& left, const History& right) {
  History both(left.newest_.event_columns(), left.newest_.item_columns());
  both.known_since_ = std::min(left.known_since_, right.known_since_);
  both.whole_since_ = std::max(left.whole_since_, right.whole_since_);
  OpenEvents& events = both.OpenFrom(Instant::Never());
  size_t l = 0;
  size_t r = 0;
  const auto left_is_next = [&] {
    if (l == left.size() || r == right.size()) return r == right.size();
    if (left.time(l) != right.time(r)) return left.time(l) < right.time(r);
    return left.name(l) < right.name(r);
  };
  while (l < left.size() || r < right.size()) {
    if (left_is_next()) {
      events.Append(left, l++);
    } else {
      events.Append(right, r++);
    }
  }
  both.UniteStatements(left, right);
  return both;
}

void History::UniteStatements(const History& left, const History& right) {
  for (const History* from : {&left, &right}) {
    for (size_t i = 0; i < from->traits().size(); ++i) {
      InsertTraits({from->traits()[i]}, from->rest_->trait_events[i]);
    }
    InsertConsents(from->consents());
  }
}

}  // namespace audienced
