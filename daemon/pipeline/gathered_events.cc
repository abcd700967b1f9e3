#include "daemon/pipeline/gathered_events.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace audienced {

GatheredEvents::Part::Part(const Projection& projection)
    : rows_(projection.rulebook().program().event_columns.size(),
            projection.rulebook().program().item_columns.size()) {}

void GatheredEvents::Part::Add(uint32_t profile, Event event,
                               Projection& projection) {
  const bool is_remnant = event.name.empty();
  const Instant received_at = ToInstant(event.received_at);
  ProjectedEvent projected = projection.Project(std::move(event));
  const size_t row = is_remnant ? kNoRow : rows_.size();
  if (!is_remnant) {
    rows_.Add(projected);
    profiles_.push_back(profile);
    received_at_.push_back(received_at);
  }
  if (projected.traits.empty() && projected.consents.empty()) return;
  statements_.push_back({profile, row, std::move(projected)});
}

GatheredEvents::GatheredEvents(std::vector<Part> parts, size_t profiles)
    : parts_(std::move(parts)), begins_(profiles + 1) {
  // Sorted by counting: how many each has says where each begins.
  for (const Part& part : parts_) {
    for (const uint32_t profile : part.profiles_) ++begins_[profile + 1];
  }
  for (size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  places_.resize(begins_.back());
  std::vector<size_t> next(begins_.begin(), begins_.end() - 1);
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    const std::vector<uint32_t>& owners = parts_[part].profiles_;
    for (uint32_t row = 0; row < owners.size(); ++row) {
      places_[next[owners[row]]++] = {part, row};
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
  const OpenEvents& rows = RowsOf(one);
  const OpenEvents& others = RowsOf(other);
  const Instant time = rows.time(one.row);
  const Instant other_time = others.time(other.row);
  if (time != other_time) return time < other_time;
  return rows.event_id(one.row) < others.event_id(other.row);
}

void GatheredEvents::DropLaterCopies(std::vector<Place>& places) const {
  const auto received_at = [&](Place place) {
    return parts_[place.part].received_at_[place.row];
  };
  std::sort(places.begin(), places.end(), [&](Place one, Place other) {
    const Instant at = received_at(one);
    const Instant other_at = received_at(other);
    return at != other_at ? at < other_at : IsBefore(one, other);
  });
  absl::flat_hash_set<uint64_t> known;
  std::erase_if(places, [&](Place place) {
    return !known.insert(RowsOf(place).digest(place.row)).second;
  });
}

History GatheredEvents::HistoryOf(uint32_t profile, bool is_merged) const {
  std::vector<Place> places(
      places_.begin() + static_cast<ptrdiff_t>(begins_[profile]),
      places_.begin() + static_cast<ptrdiff_t>(begins_[profile + 1]));
  if (is_merged) DropLaterCopies(places);
  std::sort(places.begin(), places.end(),
            [&](Place one, Place other) { return IsBefore(one, other); });
  const OpenEvents& any = parts_.front().rows_;
  OpenEvents events(any.event_columns(), any.item_columns());
  for (const Place place : places) events.Append(RowsOf(place), place.row);
  History history(events);

  const auto behind = [](const auto& statement, uint32_t wanted) {
    return statement.first < wanted;
  };
  for (auto said = std::lower_bound(statements_.begin(), statements_.end(),
                                    profile, behind);
       said != statements_.end() && said->first == profile; ++said) {
    const Part& part = parts_[said->second.part];
    const Part::Statement& statement = part.statements_[said->second.row];
    // That of a later copy goes with it.
    const bool is_kept =
        !is_merged || statement.row == kNoRow ||
        std::any_of(places.begin(), places.end(), [&](Place place) {
          return &RowsOf(place) == &part.rows_ && place.row == statement.row;
        });
    if (is_kept) history.InsertRemnant(statement.event);
  }
  return history;
}

}  // namespace audienced
