#include "daemon/pipeline/history_loader.h"

#include <algorithm>
#include <functional>
#include <future>
#include <iterator>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "daemon/pipeline/event_taker.h"
#include "daemon/pipeline/owner_table.h"
#include "rules/engine/project/gathered_events.h"
#include "rules/engine/share_out.h"

namespace audienced {
namespace {

constexpr int kThreads = 2;
// Events that take so much on disk are read at once, however little memory
// histories may take: each time the whole table is read.
constexpr int64_t kLeastBytesAtOnce = int64_t{2} << 30;
// Where it is about fewer than one in so many profiles, the database looks them
// up, some at a time.
constexpr int64_t kSparseness = 20;
constexpr size_t kProfilesPerLookUp = 500;
// Who reads the whole table names as few numbers as can be.
constexpr int64_t kAnySparseness = std::numeric_limits<int64_t>::max();
// So many histories are made by one thread at a time.
constexpr size_t kProfilesPerTurn = 500;

// The histories of some profiles, made one portion after the other.
class HistorySource {
 public:
  virtual ~HistorySource() = default;
  // Those of the next `count` profiles.
  virtual absl::StatusOr<Histories> Next(size_t count) = 0;
};

// Has the database look up who did what.
class HistoryLookUp : public HistorySource {
 public:
  HistoryLookUp(Store& store, std::vector<Directory::ProfilePtr> profiles,
                Projection& projection)
      : store_(store),
        profiles_(std::move(profiles)),
        projection_(projection) {}

  absl::StatusOr<Histories> Next(size_t count) override {
    Histories all;
    while (all.size() < count) {
      absl::StatusOr<Histories> some = ReadHistories(
          store_,
          absl::MakeConstSpan(profiles_).subspan(
              next_, std::min(count - all.size(), kProfilesPerLookUp)),
          projection_);
      if (!some.ok()) return some.status();
      next_ += some->size();
      std::move(some->begin(), some->end(), std::back_inserter(all));
    }
    return all;
  }

 private:
  Store& store_;
  const std::vector<Directory::ProfilePtr> profiles_;
  Projection& projection_;
  size_t next_ = 0;  // of the profiles
};

// Makes them of events that were gathered.
class HistoryMaker : public HistorySource {
 public:
  HistoryMaker(std::vector<GatheredEvents::Part> parts,
               std::vector<Directory::ProfilePtr> profiles, Instant events_from)
      : events_(std::move(parts), profiles.size()),
        profiles_(std::move(profiles)),
        events_from_(events_from) {}

  absl::StatusOr<Histories> Next(size_t count) override {
    Histories histories(count);
    ShareOut(
        count, kThreads,
        [&](int, size_t begin, size_t end) {
          GatheredEvents::Maker maker(events_);
          for (size_t i = begin; i < end; ++i) {
            histories[i] = Make(maker, next_ + i);
          }
        },
        kProfilesPerTurn);
    next_ += count;
    return histories;
  }

 private:
  std::shared_ptr<const History> Make(GatheredEvents::Maker& maker,
                                      size_t index) const {
    const Profile& profile = *profiles_[index];
    auto history = std::make_shared<History>(maker.HistoryOf(
        static_cast<uint32_t>(index),
        profile.absorbed.empty() ? GatheredEvents::Copies::kNone
                                 : GatheredEvents::Copies::kFirstReceived));
    Finish(profile, events_from_, *history);
    return history;
  }

  const GatheredEvents events_;
  const std::vector<Directory::ProfilePtr> profiles_;
  const Instant events_from_;
  size_t next_ = 0;  // of the profiles
};

using SourcePtr = std::unique_ptr<HistorySource>;

absl::StatusOr<SourcePtr> Gather(Store& store,
                                 std::vector<Directory::ProfilePtr> profiles,
                                 Projection& projection,
                                 absl::FunctionRef<bool()> goes_on) {
  const OwnerTable owners(profiles, kAnySparseness);
  std::vector<EventTaker> takers;
  for (int i = 0; i < kThreads; ++i) takers.emplace_back(owners, projection);
  const absl::Status read = store.ScanEvents(
      owners.Scan(kThreads), goes_on,
      [&](int reader, StoredEvents events) { takers[reader].Take(events); },
      [&](EventRecord remnant) {
        takers.front().TakeRemnant(std::move(remnant));
      });
  if (!read.ok()) return read;
  std::vector<GatheredEvents::Part> parts;
  for (EventTaker& taker : takers) parts.push_back(std::move(taker.part()));
  return std::make_unique<HistoryMaker>(std::move(parts), std::move(profiles),
                                        store.events_from());
}

absl::StatusOr<SourcePtr> OpenSource(
    Store& store, std::vector<Directory::ProfilePtr> profiles, int64_t all,
    Projection& projection, absl::FunctionRef<bool()> goes_on) {
  if (std::ssize(profiles) * kSparseness < all || profiles.empty()) {
    return std::make_unique<HistoryLookUp>(store, std::move(profiles),
                                           projection);
  }
  return Gather(store, std::move(profiles), projection, goes_on);
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

// Puts what `source` makes in place of what is null.
absl::StatusOr<Histories> FillGaps(Histories histories, HistorySource& source) {
  absl::StatusOr<Histories> made =
      source.Next(std::count(histories.begin(), histories.end(), nullptr));
  if (!made.ok()) return made;
  auto next = made->begin();
  for (std::shared_ptr<const History>& history : histories) {
    if (history == nullptr) history = std::move(*next++);
  }
  return histories;
}

absl::Status Cancelled() {
  return absl::CancelledError("reading histories was cancelled");
}

}  // namespace

absl::Status LoadHistories(Store& store,
                           absl::Span<const Directory::ProfilePtr> profiles,
                           int64_t all, Projection& projection,
                           const PreparedHistories* prepared,
                           absl::FunctionRef<bool()> goes_on,
                           absl::FunctionRef<bool(Histories)> take,
                           size_t portion_size) {
  std::vector<Histories> portions;
  std::vector<Directory::ProfilePtr> others;
  for (size_t i = 0; i < profiles.size(); ++i) {
    if (i % portion_size == 0) portions.emplace_back();
    const Directory::ProfilePtr& profile = profiles[i];
    const bool is_here =
        profile->history != nullptr && projection.Reads(*profile->projection);
    portions.back().push_back(is_here ? profile->history
                                      : FindPrepared(prepared, profile));
    if (portions.back().back() == nullptr) others.push_back(profile);
  }
  absl::StatusOr<SourcePtr> source =
      OpenSource(store, std::move(others), all, projection, goes_on);
  if (!source.ok()) return source.status();
  std::future<absl::StatusOr<Histories>> next;
  const auto begin_next = [&](size_t portion) {
    if (portion == portions.size()) return;
    next = std::async(std::launch::async, FillGaps,
                      std::move(portions[portion]), std::ref(**source));
  };
  begin_next(0);
  for (size_t i = 0; i < portions.size(); ++i) {
    absl::StatusOr<Histories> portion = next.get();
    if (!portion.ok()) return portion.status();
    if (!goes_on()) return Cancelled();
    begin_next(i + 1);
    if (!take(*std::move(portion))) return Cancelled();
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> ProfilesAtOnce(Store& store,
                                       const Directory& directory) {
  const absl::StatusOr<int64_t> bytes = store.EventBytes();
  if (!bytes.ok()) return bytes.status();
  const int64_t left =
      directory.history_limit_bytes() - directory.usage().history_bytes;
  const int64_t at_once = std::max(left, kLeastBytesAtOnce);
  return directory.size() / (1 + *bytes / at_once) + 1;
}

}  // namespace audienced
