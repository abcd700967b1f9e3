#include "daemon/ctl/offline/offline_profiles.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "daemon/ingest/identity.h"

namespace audienced {
namespace {

// How many profiles a thread takes at a time.
constexpr size_t kChunk = 256;

}  // namespace

OfflineProfiles::OfflineProfiles(
    std::shared_ptr<const CompiledRulebook> rulebook)
    : projection_(std::move(rulebook)) {}

void OfflineProfiles::Add(const IncomingEvent& incoming) {
  History& history = ProfileOf(incoming.identifiers).history;
  const Event& event = incoming.event;
  if (history.Contains(EventDigest(event.origin, event.event_id))) return;
  history.Insert(projection_.Project(event));
  ++event_count_;
  last_event_time_ = std::max(last_event_time_, event.occurred_at);
}

OfflineProfiles::Profile& OfflineProfiles::ProfileOf(
    std::vector<Identifier> identifiers) {
  SortByWeight(identifiers);
  size_t place = profiles_.size();
  for (const Identifier& identifier : identifiers) {
    const auto known = by_identifier_.find(identifier);
    if (known == by_identifier_.end()) continue;
    place = known->second;
    break;
  }
  if (place == profiles_.size()) {
    profiles_.push_back({KeyOf(identifiers.front()), identifiers.front(),
                         projection_.NewHistory()});
  }
  Profile& profile = profiles_[place];
  for (Identifier& identifier : identifiers) {
    if (!by_identifier_.try_emplace(identifier, place).second) continue;
    std::vector<Identifier> names = {profile.name, std::move(identifier)};
    SortByWeight(names);
    profile.name = std::move(names.front());
  }
  return profile;
}

void OfflineProfiles::ForEach(
    int threads,
    const std::function<void(int, Evaluation&, std::string_view)>& each,
    const std::function<void(int64_t)>& progress) const {
  std::atomic<size_t> next = 0;
  const auto work = [&](int thread) {
    for (size_t begin = next.fetch_add(kChunk); begin < profiles_.size();
         begin = next.fetch_add(kChunk)) {
      const size_t end = std::min(begin + kChunk, profiles_.size());
      for (size_t i = begin; i < end; ++i) {
        const Profile& profile = profiles_[i];
        Evaluation evaluation(projection_, profile.history, profile.key);
        each(thread, evaluation, profile.name.value);
      }
      if (thread == 0) progress(static_cast<int64_t>(end));
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) {
    others.emplace_back(work, thread);
  }
  work(0);
  for (std::thread& other : others) other.join();
}

std::vector<std::vector<OfflineMember>> OfflineProfiles::MembersAt(
    absl::Span<const size_t> audiences, Instant t, int threads,
    const std::function<void(int64_t)>& progress) const {
  using Lists = std::vector<std::vector<OfflineMember>>;
  std::vector<Lists> of_threads(threads, Lists(audiences.size()));
  ForEach(
      threads,
      [&](int thread, Evaluation& evaluation, std::string_view name) {
        for (size_t a = 0; a < audiences.size(); ++a) {
          const Standing standing = evaluation.At(audiences[a], t);
          if (!standing.holds) continue;
          of_threads[thread][a].push_back(
              {name, standing.membership.begin, standing.membership.end});
        }
      },
      progress);
  Lists lists(audiences.size());
  for (size_t a = 0; a < audiences.size(); ++a) {
    for (const Lists& part : of_threads) {
      lists[a].insert(lists[a].end(), part[a].begin(), part[a].end());
    }
    std::sort(lists[a].begin(), lists[a].end(),
              [](const OfflineMember& left, const OfflineMember& right) {
                return left.profile < right.profile;
              });
  }
  return lists;
}

}  // namespace audienced
