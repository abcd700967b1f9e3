#include "daemon/pipeline/history_reader.h"

#include <algorithm>
#include <utility>

#include "absl/container/btree_map.h"
#include "daemon/pipeline/owner_table.h"
#include "daemon/pipeline/received_events.h"

namespace audienced {
namespace {

// As many profiles are read at a time: so much is held twice.
constexpr size_t kProfilesPerRead = 500;
// As many numbers, for each profile, are read as a range, which costs the
// database less than each by itself.
constexpr int64_t kSparseness = 4;

}  // namespace

absl::StatusOr<Histories> ReadHistories(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles,
    Projection& projection, EventIds ids) {
  Histories histories;
  if (profiles.empty()) return histories;
  const OwnerTable owners(profiles, kSparseness);
  const Store::EventScan scan = owners.Scan();
  absl::StatusOr<std::vector<EventRecord>> events =
      store.ReadEvents(scan.after, scan.through, scan.others);
  if (!events.ok()) return events.status();
  std::vector<ReceivedEvents> received(profiles.size());
  for (EventRecord& record : *events) {
    const uint32_t owner = owners.Find(record.profile);
    if (owner == OwnerTable::kNobody) continue;
    received[owner].Add(std::move(record.event), projection);
  }
  histories.reserve(profiles.size());
  for (size_t i = 0; i < profiles.size(); ++i) {
    auto history = std::make_shared<History>(
        received[i].TakeHistory(projection, !profiles[i]->absorbed.empty()));
    Finish(*profiles[i], store.events_from(), *history);
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
