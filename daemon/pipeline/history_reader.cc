#include "daemon/pipeline/history_reader.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "daemon/pipeline/received_events.h"

namespace audienced {
namespace {

// As many profiles are read at a time: so much is held twice.
constexpr size_t kProfilesPerRead = 500;
// So many profiles, no sparser than this, are read as a range of numbers, which
// costs the database less than each by itself.
constexpr size_t kRangeMinimum = 50;
constexpr int64_t kRangeSparseness = 4;

// Which numbers stand for which of some profiles.
class Owners {
 public:
  explicit Owners(absl::Span<const Directory::ProfilePtr> profiles) {
    for (size_t i = 0; i < profiles.size(); ++i) {
      Add(profiles[i]->id, i);
      for (const ProfileId part : profiles[i]->absorbed) Add(part, i);
    }
    if (profiles.size() < kRangeMinimum) return;
    const auto [first, last] = std::minmax_element(
        profiles.begin(), profiles.end(),
        [](const auto& one, const auto& other) { return one->id < other->id; });
    const auto begin = static_cast<int64_t>((*first)->id);
    const auto through = static_cast<int64_t>((*last)->id);
    const auto count = static_cast<int64_t>(profiles.size());
    if (through - begin > kRangeSparseness * count) return;
    after_ = static_cast<ProfileId>(begin - 1);
    through_ = (*last)->id;
    numbers_.erase(std::remove_if(numbers_.begin(), numbers_.end(),
                                  [&](ProfileId number) {
                                    return number > after_ &&
                                           number <= through_;
                                  }),
                   numbers_.end());
  }

  absl::StatusOr<std::vector<EventRecord>> ReadEvents(Store& store) const {
    return store.ReadEvents(after_, through_, numbers_);
  }

  // The index of the profile, or none where the number lies in the range and
  // belongs to another.
  const size_t* Find(ProfileId number) const {
    const auto found = owners_.find(number);
    return found == owners_.end() ? nullptr : &found->second;
  }

 private:
  void Add(ProfileId number, size_t owner) {
    owners_.emplace(number, owner);
    numbers_.push_back(number);
  }

  absl::flat_hash_map<ProfileId, size_t> owners_;
  ProfileId after_{0};
  ProfileId through_{0};
  std::vector<ProfileId> numbers_;  // those that are not in the range
};

}  // namespace

absl::StatusOr<Histories> ReadHistories(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles,
    Projection& projection, EventIds ids) {
  Histories histories;
  if (profiles.empty()) return histories;
  const Owners owners(profiles);
  absl::StatusOr<std::vector<EventRecord>> events = owners.ReadEvents(store);
  if (!events.ok()) return events.status();
  std::vector<ReceivedEvents> received(profiles.size());
  for (EventRecord& record : *events) {
    const size_t* owner = owners.Find(record.profile);
    if (owner == nullptr) continue;
    received[*owner].Add(std::move(record.event), projection);
  }
  histories.reserve(profiles.size());
  for (size_t i = 0; i < profiles.size(); ++i) {
    auto history = std::make_shared<History>(
        received[i].TakeHistory(projection, !profiles[i]->absorbed.empty()));
    history->ExtendTo(profiles[i]->first_event_at);
    history->ForgetBefore(store.events_from());
    if (ids == EventIds::kForgotten) history->Pack();
    histories.push_back(std::move(history));
  }
  return histories;
}

absl::StatusOr<std::vector<Directory::ProfilePtr>> WithHistories(
    Store& store, std::vector<Directory::ProfilePtr> profiles,
    const std::shared_ptr<Projection>& projection, int64_t rule_version,
    EventIds ids) {
  // One person may be asked for under several names.
  absl::btree_map<ProfileId, Directory::ProfilePtr> missing;
  for (const Directory::ProfilePtr& profile : profiles) {
    if (profile == nullptr) continue;
    if (profile->history == nullptr || ids == EventIds::kKept) {
      missing.emplace(profile->id, profile);
    }
  }
  std::vector<Directory::ProfilePtr> wanted;
  for (auto place = missing.begin(); place != missing.end();) {
    wanted.clear();
    const auto begin = place;
    for (; place != missing.end() && wanted.size() < kProfilesPerRead;
         ++place) {
      wanted.push_back(place->second);
    }
    absl::StatusOr<Histories> histories =
        ReadHistories(store, wanted, *projection, ids);
    if (!histories.ok()) return histories.status();
    size_t next = 0;
    for (auto read = begin; read != place; ++read) {
      auto profile = std::make_shared<Profile>(*read->second);
      if (profile->projection != projection) {
        MoveToRules(*profile, projection, rule_version);
      }
      profile->history = std::move((*histories)[next++]);
      read->second = std::move(profile);
    }
  }
  for (Directory::ProfilePtr& profile : profiles) {
    if (profile == nullptr) continue;
    const auto read = missing.find(profile->id);
    if (read != missing.end()) profile = read->second;
  }
  return profiles;
}

}  // namespace audienced
