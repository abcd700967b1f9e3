#include "daemon/ctl/offline/events_by_profile.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"

namespace audienced {
namespace {

// The lines of a profile lie all over the memory; so many profiles before its
// turn they are asked for.
constexpr uint32_t kAhead = 4;

// Calls `work` for every number below `count`, each on a thread of its own.
void OnThreads(size_t count, absl::FunctionRef<void(size_t)> work) {
  std::vector<std::thread> threads;
  for (size_t i = 1; i < count; ++i) threads.emplace_back(work, i);
  if (count > 0) work(0);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

EventsByProfile::EventsByProfile(std::vector<ProjectedLines> lines,
                                 const std::vector<LineProjector>& projectors,
                                 const Owners& owners, size_t profiles)
    : lines_(std::move(lines)), projectors_(projectors) {
  Sort(owners, profiles);
}

void EventsByProfile::Sort(const Owners& owners, size_t profiles) {
  // By projector and set, as `owners`: how many events there are, and then the
  // place of the next one.
  std::vector<std::vector<size_t>> next(owners.size());
  OnThreads(owners.size(), [&](size_t projector) {
    next[projector].resize(owners[projector].size());
    for (const ProjectedLines& lines : lines_) {
      if (lines.projector != projector) continue;
      for (const ProjectedLine& line : lines.events) {
        ++next[projector][line.identifiers];
      }
    }
  });
  begins_.resize(profiles + 1);
  const auto for_each_set = [&](auto each) {
    for (size_t projector = 0; projector < owners.size(); ++projector) {
      for (size_t set = 0; set < owners[projector].size(); ++set) {
        each(next[projector][set], owners[projector][set]);
      }
    }
  };
  for_each_set(
      [&](size_t count, uint32_t owner) { begins_[owner + 1] += count; });
  for (size_t i = 1; i <= profiles; ++i) begins_[i] += begins_[i - 1];
  std::vector<size_t> ends(begins_);
  for_each_set([&](size_t& count, uint32_t owner) {
    count = std::exchange(ends[owner], ends[owner] + count);
  });
  places_.resize(begins_.back());
  OnThreads(owners.size(), [&](size_t projector) {
    for (uint32_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i].projector != projector) continue;
      const std::vector<ProjectedLine>& events = lines_[i].events;
      for (uint32_t event = 0; event < events.size(); ++event) {
        places_[next[projector][events[event].identifiers]++] = {i, event};
      }
    }
  });
}

EventsByProfile::Maker::Maker(const EventsByProfile& events,
                              const Projection& projection)
    : all_(events),
      open_(projection.rulebook().program().event_columns.size(),
            projection.rulebook().program().item_columns.size()) {}

void EventsByProfile::Maker::Prefetch(uint32_t profile) const {
  if (profile + 1 >= all_.begins_.size()) return;
  for (size_t i = all_.begins_[profile]; i < all_.begins_[profile + 1]; ++i) {
    __builtin_prefetch(&all_.At(all_.places_[i]));
  }
}

History EventsByProfile::Maker::HistoryOf(uint32_t profile) {
  Prefetch(profile + kAhead);
  events_.clear();
  for (size_t i = all_.begins_[profile]; i < all_.begins_[profile + 1]; ++i) {
    const Place place = all_.places_[i];
    events_.push_back({all_.At(place), place});
  }
  const bool has_copies = HasCopies();
  if (has_copies) DropLaterCopies();
  std::sort(events_.begin(), events_.end(),
            [&](const Event& one, const Event& other) {
              return IsBefore(one, other);
            });
  open_.Clear();
  bool has_statements = false;
  for (const auto& [line, place] : events_) {
    const LineProjector& projector =
        all_.projectors_[all_.lines_[place.lines].projector];
    const EventMeaning meaning = projector.meaning(line.meaning);
    open_.AddUnnamed(line.time, meaning.class_id(), line.digest,
                     meaning.cells(), meaning.item_cells());
    has_statements |= projector.StatementOf(line.meaning) != nullptr;
  }
  History history(open_);
  if (!has_statements) return history;
  for (const auto& [line, place] : events_) {
    const LineProjector& projector =
        all_.projectors_[all_.lines_[place.lines].projector];
    const ProjectedEvent* said = projector.StatementOf(line.meaning);
    if (said != nullptr) history.InsertRemnant(*said);
  }
  return history;
}

// Of most profiles every event was seen once, which is quick to tell.
bool EventsByProfile::Maker::HasCopies() const {
  absl::InlinedVector<uint64_t, 64> digests;
  for (const Event& event : events_) digests.push_back(event.line.digest);
  std::sort(digests.begin(), digests.end());
  return std::adjacent_find(digests.begin(), digests.end()) != digests.end();
}

void EventsByProfile::Maker::DropLaterCopies() {
  std::sort(events_.begin(), events_.end(),
            [](const Event& one, const Event& other) {
              return one.place < other.place;
            });
  absl::flat_hash_set<uint64_t> known;
  std::erase_if(events_, [&](const Event& event) {
    return !known.insert(event.line.digest).second;
  });
}

bool EventsByProfile::Maker::IsBefore(const Event& one,
                                      const Event& other) const {
  if (one.line.time != other.line.time) return one.line.time < other.line.time;
  const auto id_of = [&](Place place) {
    return all_.lines_[place.lines].event_id(place.event);
  };
  return id_of(one.place) < id_of(other.place);
}

}  // namespace audienced
