#include "rules/engine/project/gathered_events.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

namespace audienced {
namespace {

// An event is brought near when so many others come before it.
constexpr size_t kPrefetched = 16;

}  // namespace

GatheredEvents::Part::Part(const Projection& projection)
    : event_columns_(projection.rulebook().program().event_columns.size()),
      item_columns_(projection.rulebook().program().item_columns.size()),
      session_column_(projection.rulebook().program().session_column) {}

void GatheredEvents::Part::Add(uint32_t profile, const MeantEvent& event) {
  char* const id = event_ids_.Take(event.event_id.size());
  std::copy(event.event_id.begin(), event.event_id.end(), id);
  rows_.push_back(
      {event.time, event.digest, event.meaning,
       event.session.value_or(event.meaning.cells()[session_column_]),
       event.received_at, id, static_cast<uint32_t>(event.event_id.size()),
       profile});
}

void GatheredEvents::Part::Add(uint32_t profile, ProjectedEvent event,
                               Instant received_at) {
  Add(profile, {event.time, received_at, event.digest, event.event_id,
                Put(event), std::nullopt});
  if (event.traits.empty() && event.consents.empty()) return;
  statements_.push_back({profile, rows_.size() - 1, std::move(event)});
}

void GatheredEvents::Part::AddRemnant(uint32_t profile, ProjectedEvent event) {
  statements_.push_back({profile, kNoRow, std::move(event)});
}

GatheredEvents::GatheredEvents(std::vector<Part> parts, size_t profiles)
    : parts_(std::move(parts)), begins_(profiles + 1) {
  // Sorted by counting: how many each has says where each begins.
  for (const Part& part : parts_) {
    for (const Part::Row& row : part.rows_) ++begins_[row.profile + 1];
  }
  for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  places_.resize(begins_.back());
  std::vector<size_t> next(begins_.begin(), begins_.end() - 1);
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    const std::vector<Part::Row>& rows = parts_[part].rows_;
    for (uint32_t row = 0; row < rows.size(); ++row) {
      places_[next[rows[row].profile]++] = {part, row};
    }
    const auto& statements = parts_[part].statements_;
    for (uint32_t i = 0; i < statements.size(); ++i) {
      statements_.push_back({statements[i].profile, {part, i}});
    }
  }
  std::stable_sort(statements_.begin(), statements_.end(),
                   [](const auto& one, const auto& other) {
                     return one.first < other.first;
                   });
}

bool GatheredEvents::IsBefore(Place one, Place other) const {
  const Part::Row& row = RowAt(one);
  const Part::Row& other_row = RowAt(other);
  return row.time != other_row.time ? row.time < other_row.time
                                    : row.id() < other_row.id();
}

// Of most profiles every event was seen once, which is quick to tell.
bool GatheredEvents::HasCopies(const std::vector<Place>& places) const {
  absl::InlinedVector<uint64_t, 64> digests;
  for (const Place place : places) {
    digests.push_back(RowAt(place).digest);
  }
  std::sort(digests.begin(), digests.end());
  return std::adjacent_find(digests.begin(), digests.end()) != digests.end();
}

void GatheredEvents::DropLaterCopies(std::vector<Place>& places) const {
  std::sort(places.begin(), places.end(), [&](Place one, Place other) {
    const Instant at = RowAt(one).received_at;
    const Instant other_at = RowAt(other).received_at;
    return at != other_at ? at < other_at : IsBefore(one, other);
  });
  absl::flat_hash_set<uint64_t> known;
  std::erase_if(places, [&](Place place) {
    return !known.insert(RowAt(place).digest).second;
  });
}

GatheredEvents::Maker::Maker(const GatheredEvents& events)
    : gathered_(events),
      events_(events.parts_.front().event_columns_,
              events.parts_.front().item_columns_) {}

void GatheredEvents::Maker::Prefetch(size_t place) const {
  if (place >= gathered_.places_.size()) return;
  __builtin_prefetch(&gathered_.RowAt(gathered_.places_[place]));
}

void GatheredEvents::Maker::TakeEvents() {
  const size_t session_column = gathered_.parts_.front().session_column_;
  events_.Clear();
  for (const Place place : places_) {
    const Part::Row& row = gathered_.RowAt(place);
    events_.AddUnnamed(row.time, row.meaning.class_id(), row.digest,
                       row.meaning.cells(), row.meaning.item_cells());
    events_.SetCell(events_.size() - 1, session_column, row.session);
  }
}

History GatheredEvents::Maker::HistoryOf(uint32_t profile, Copies copies) {
  const auto& all = gathered_.places_;
  const auto& begins = gathered_.begins_;
  places_.clear();
  for (size_t i = begins[profile]; i < begins[profile + 1]; ++i) {
    places_.push_back(all[i]);
    Prefetch(i + kPrefetched);
  }
  const bool has_copies =
      copies != Copies::kNone && gathered_.HasCopies(places_);
  if (has_copies) gathered_.DropLaterCopies(places_);
  const auto is_before = [&](Place one, Place other) {
    return gathered_.IsBefore(one, other);
  };
  if (!std::is_sorted(places_.begin(), places_.end(), is_before)) {
    std::sort(places_.begin(), places_.end(), is_before);
  }
  TakeEvents();
  History history(events_);

  const auto behind = [](const auto& statement, uint32_t wanted) {
    return statement.first < wanted;
  };
  const auto& statements = gathered_.statements_;
  for (auto said = std::lower_bound(statements.begin(), statements.end(),
                                    profile, behind);
       said != statements.end() && said->first == profile; ++said) {
    const Part& part = gathered_.parts_[said->second.part];
    const Part::Statement& statement = part.statements_[said->second.row];
    // That of a later copy goes with it.
    const bool is_kept =
        !has_copies || statement.row == kNoRow ||
        std::any_of(places_.begin(), places_.end(), [&](Place place) {
          return place.part == said->second.part && place.row == statement.row;
        });
    if (is_kept) history.InsertRemnant(statement.event);
  }
  return history;
}

}  // namespace audienced
