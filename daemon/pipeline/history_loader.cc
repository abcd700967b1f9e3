#include "daemon/pipeline/history_loader.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/project/event_meanings.h"
#include "rules/engine/project/gathered_events.h"
#include "rules/engine/share_out.h"

namespace audienced {
namespace {

constexpr int kThreads = 2;
// Events that take so much on disk are read at once.
constexpr int64_t kBytesAtOnce = int64_t{2} << 30;
// Where it is about fewer than one in so many profiles, the database looks them
// up, some at a time.
constexpr int64_t kSparseness = 20;
constexpr size_t kProfilesPerLookUp = 500;

absl::StatusOr<Histories> LookUpHistories(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles,
    Projection& projection, absl::FunctionRef<bool()> goes_on) {
  Histories all;
  for (size_t begin = 0; begin < profiles.size(); begin += kProfilesPerLookUp) {
    if (!goes_on()) {
      return absl::CancelledError("reading histories was cancelled");
    }
    absl::StatusOr<Histories> some = ReadHistories(
        store, profiles.subspan(begin, kProfilesPerLookUp), projection);
    if (!some.ok()) return some.status();
    std::move(some->begin(), some->end(), std::back_inserter(all));
  }
  return all;
}

// Which profile of a list a number stands for.
class NumberTable {
 public:
  explicit NumberTable(absl::Span<const Directory::ProfilePtr> profiles) {
    const auto [first, last] = std::minmax_element(
        profiles.begin(), profiles.end(),
        [](const auto& one, const auto& other) { return one->id < other->id; });
    after_ = static_cast<int64_t>((*first)->id) - 1;
    in_range_.resize(static_cast<int64_t>((*last)->id) - after_, kNobody);
    for (uint32_t i = 0; i < profiles.size(); ++i) {
      Add(profiles[i]->id, i);
      for (const ProfileId part : profiles[i]->absorbed) Add(part, i);
    }
  }

  static constexpr uint32_t kNobody = UINT32_MAX;
  uint32_t Find(ProfileId number) const {
    const int64_t place = static_cast<int64_t>(number) - after_ - 1;
    if (place >= 0 && place < std::ssize(in_range_)) return in_range_[place];
    const auto other = others_.find(number);
    return other == others_.end() ? kNobody : other->second;
  }

  Store::EventScan Scan() const {
    Store::EventScan scan;
    scan.readers = kThreads;
    scan.after = ProfileId{after_};
    scan.through = ProfileId{after_ + std::ssize(in_range_)};
    for (const auto& [number, owner] : others_) scan.others.push_back(number);
    return scan;
  }

 private:
  void Add(ProfileId number, uint32_t owner) {
    const int64_t place = static_cast<int64_t>(number) - after_ - 1;
    if (place >= 0 && place < std::ssize(in_range_)) {
      in_range_[place] = owner;
    } else {
      others_.emplace(number, owner);
    }
  }

  int64_t after_ = 0;
  std::vector<uint32_t> in_range_;  // by number - after_ - 1
  absl::flat_hash_map<ProfileId, uint32_t> others_;
};

// What one reader makes of events. Not thread-safe.
class EventTaker {
 public:
  explicit EventTaker(Projection& projection)
      : projection_(projection), part_(projection) {}

  void Take(uint32_t owner, const StoredEvent& event) {
    const bool has_meaning =
        !event.has_statements &&
        (!event.session || projection_.TellsSessionsApartOnly());
    if (!has_meaning) {
      part_.Add(owner, Project(Reduced(event)), event.received_at);
      return;
    }
    std::optional<EventMeaning> meaning = by_all_.Find(event.says);
    if (!meaning) meaning = Learn(event);
    std::optional<Cell> session;
    if (event.session) session = projection_.CellOf(*event.session);
    part_.Add(owner, {event.occurred_at, event.received_at,
                      EventDigest(event.origin, event.event_id), event.event_id,
                      *meaning, session});
  }

  void TakeRemnant(uint32_t owner, Event event) {
    part_.AddRemnant(owner, projection_.Project(std::move(event)));
  }

  GatheredEvents::Part& part() { return part_; }

 private:
  // What rules ask of it, until the next is reduced.
  StoredEvent Reduced(const StoredEvent& event) {
    return event.Reduced(
        [this](std::string_view property) {
          return projection_.Asks(property);
        },
        reduced_says_);
  }
  ProjectedEvent Project(const StoredEvent& event) {
    return projection_.Project(event.ToRecord().event);
  }

  // What an event means of which none has said the same, down to what no rule
  // asks.
  EventMeaning Learn(const StoredEvent& event) {
    StoredEvent reduced = Reduced(event);
    reduced.session = std::nullopt;  // it has nothing to do with it
    std::optional<EventMeaning> meaning = by_asked_.Find(reduced.says);
    if (!meaning) {
      meaning = part_.Put(Project(reduced));
      by_asked_.Keep(reduced.says, *meaning);
    }
    by_all_.Keep(event.says, *meaning);
    return *meaning;
  }

  Projection& projection_;
  GatheredEvents::Part part_;
  // By all that events say, which is quick to look up; and by what of it rules
  // ask.
  EventMeanings by_all_;
  EventMeanings by_asked_;
  std::string reduced_says_;
};

absl::StatusOr<Histories> ReadAll(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles, int64_t all,
    Projection& projection, absl::FunctionRef<bool()> goes_on) {
  if (std::ssize(profiles) * kSparseness < all || profiles.empty()) {
    return LookUpHistories(store, profiles, projection, goes_on);
  }
  const NumberTable owners(profiles);
  std::vector<EventTaker> takers;
  for (int i = 0; i < kThreads; ++i) takers.emplace_back(projection);
  const absl::Status read = store.ScanEvents(
      owners.Scan(), goes_on,
      [&](int reader, const StoredEvent& event) {
        const uint32_t owner = owners.Find(event.profile);
        if (owner != NumberTable::kNobody) takers[reader].Take(owner, event);
      },
      [&](EventRecord remnant) {
        const uint32_t owner = owners.Find(remnant.profile);
        if (owner == NumberTable::kNobody) return;
        takers.front().TakeRemnant(owner, std::move(remnant.event));
      });
  if (!read.ok()) return read;
  std::vector<GatheredEvents::Part> parts;
  for (EventTaker& taker : takers) parts.push_back(std::move(taker.part()));
  takers.clear();
  const GatheredEvents events(std::move(parts), profiles.size());
  Histories histories(profiles.size());
  const Instant events_from = store.events_from();
  ShareOut(profiles.size(), kThreads, [&](int, size_t begin, size_t end) {
    GatheredEvents::Maker maker(events);
    for (size_t i = begin; i < end; ++i) {
      auto history = std::make_shared<History>(
          maker.HistoryOf(static_cast<uint32_t>(i),
                          profiles[i]->absorbed.empty()
                              ? GatheredEvents::Copies::kNone
                              : GatheredEvents::Copies::kFirstReceived));
      history->ExtendTo(profiles[i]->first_event_at);
      history->ForgetBefore(events_from);
      histories[i] = std::move(history);
    }
  });
  return histories;
}

// What was prepared of `profile`. Null: nothing that still holds.
std::shared_ptr<const History> FindPrepared(
    const PreparedHistories* prepared, const Directory::ProfilePtr& profile) {
  if (prepared == nullptr) return nullptr;
  const auto found = std::lower_bound(
      prepared->profiles.begin(), prepared->profiles.end(), profile,
      [](const auto& one, const auto& other) { return one->id < other->id; });
  return found != prepared->profiles.end() && *found == profile
             ? prepared->histories[found - prepared->profiles.begin()]
             : nullptr;
}

}  // namespace

absl::StatusOr<Histories> LoadHistories(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles, int64_t all,
    Projection& projection, const PreparedHistories* prepared,
    absl::FunctionRef<bool()> goes_on) {
  Histories histories;
  histories.reserve(profiles.size());
  std::vector<Directory::ProfilePtr> others;
  for (const Directory::ProfilePtr& profile : profiles) {
    const bool is_here =
        profile->history != nullptr && projection.Reads(*profile->projection);
    histories.push_back(is_here ? profile->history
                                : FindPrepared(prepared, profile));
    if (histories.back() == nullptr) others.push_back(profile);
  }
  absl::StatusOr<Histories> read =
      ReadAll(store, others, all, projection, goes_on);
  if (!read.ok()) return read.status();
  auto next = read->begin();
  for (std::shared_ptr<const History>& history : histories) {
    if (history == nullptr) history = std::move(*next++);
  }
  return histories;
}

absl::StatusOr<int64_t> ProfilesAtOnce(Store& store, int64_t all) {
  const absl::StatusOr<int64_t> bytes = store.EventBytes();
  if (!bytes.ok()) return bytes.status();
  const int64_t times = 1 + *bytes / kBytesAtOnce;
  return all / times + 1;
}

}  // namespace audienced
