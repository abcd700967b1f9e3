#include "rules/engine/project/gathered_events.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"

namespace audienced {
namespace {

// Whether it says nothing that outlives it.
bool IsPlain(const ProjectedEvent& event) {
  return event.traits.empty() && event.consents.empty();
}

}  // namespace

GatheredEvents::Part::Part(const Projection& projection)
    : rows_(projection.rulebook().program().event_columns.size(),
            projection.rulebook().program().item_columns.size()) {}

void GatheredEvents::Part::Reserve(size_t count) {
  rows_.Reserve(count);
  profiles_.reserve(count);
  received_at_.reserve(count);
}

void GatheredEvents::Part::Add(uint32_t profile, ProjectedEvent event,
                               Instant received_at, bool is_remnant) {
  const size_t row = is_remnant ? kNoRow : rows_.size();
  if (!is_remnant) {
    rows_.Add(event,
              IsPlain(event) ? std::move(event.event_id) : event.event_id);
    profiles_.push_back(profile);
    received_at_.push_back(received_at);
  }
  if (IsPlain(event)) return;
  statements_.push_back({profile, row, std::move(event)});
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

// Of most profiles every event was seen once, which is quick to tell.
bool GatheredEvents::HasCopies(const std::vector<Place>& places) const {
  absl::InlinedVector<uint64_t, 64> digests;
  for (const Place place : places) {
    digests.push_back(RowsOf(place).digest(place.row));
  }
  std::sort(digests.begin(), digests.end());
  return std::adjacent_find(digests.begin(), digests.end()) != digests.end();
}

void GatheredEvents::DropLaterCopies(std::vector<Place>& places,
                                     Copies copies) const {
  const auto received_at = [&](Place place) {
    return parts_[place.part].received_at_[place.row];
  };
  if (copies == Copies::kFirstReceived) {
    std::sort(places.begin(), places.end(), [&](Place one, Place other) {
      const Instant at = received_at(one);
      const Instant other_at = received_at(other);
      return at != other_at ? at < other_at : IsBefore(one, other);
    });
  }
  absl::flat_hash_set<uint64_t> known;
  std::erase_if(places, [&](Place place) {
    return !known.insert(RowsOf(place).digest(place.row)).second;
  });
}

GatheredEvents::Maker::Maker(const GatheredEvents& events)
    : gathered_(events),
      events_(events.parts_.front().rows_.event_columns(),
              events.parts_.front().rows_.item_columns()) {}

History GatheredEvents::Maker::HistoryOf(uint32_t profile, Copies copies) {
  const auto& all = gathered_.places_;
  const auto& begins = gathered_.begins_;
  places_.assign(all.begin() + static_cast<ptrdiff_t>(begins[profile]),
                 all.begin() + static_cast<ptrdiff_t>(begins[profile + 1]));
  const bool has_copies =
      copies != Copies::kNone && gathered_.HasCopies(places_);
  if (has_copies) gathered_.DropLaterCopies(places_, copies);
  const auto is_before = [&](Place one, Place other) {
    return gathered_.IsBefore(one, other);
  };
  if (!std::is_sorted(places_.begin(), places_.end(), is_before)) {
    std::sort(places_.begin(), places_.end(), is_before);
  }
  events_.Clear();
  for (const Place place : places_) {
    events_.AppendUnnamed(gathered_.RowsOf(place), place.row);
  }
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
