#include "daemon/ctl/offline_profiles.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

#include "daemon/ingest/identity.h"
#include "rules/engine/evaluation.h"

namespace audienced {
namespace {

// How many profiles a thread takes at a time.
constexpr size_t kChunk = 256;

}  // namespace

OfflineProfiles::OfflineProfiles(
    std::shared_ptr<const CompiledRulebook> rulebook)
    : projection_(std::move(rulebook)) {}

void OfflineProfiles::Add(const IncomingEvent& incoming) {
  std::vector<Identifier> identifiers = incoming.identifiers;
  SortByWeight(identifiers);
  const Identifier& name = identifiers.front();
  std::string key = KeyOf(name);
  const auto [entry, is_new] = by_key_.try_emplace(key, profiles_.size());
  if (is_new) {
    profiles_.push_back(
        {std::move(key), name.kind.size() + 1, projection_.NewHistory()});
  }
  History& history = profiles_[entry->second].history;
  const Event& event = incoming.event;
  if (history.Contains(EventDigest(event.origin, event.event_id))) return;
  history.Insert(projection_.Project(event));
  ++event_count_;
}

std::vector<std::vector<OfflineMember>> OfflineProfiles::MembersAt(
    absl::Span<const size_t> audiences, Instant t, int threads,
    const std::function<void(int64_t)>& progress) const {
  using Lists = std::vector<std::vector<OfflineMember>>;
  std::vector<Lists> of_threads(threads, Lists(audiences.size()));
  std::atomic<size_t> next = 0;
  const auto work = [&](int thread) {
    for (size_t begin = next.fetch_add(kChunk); begin < profiles_.size();
         begin = next.fetch_add(kChunk)) {
      const size_t end = std::min(begin + kChunk, profiles_.size());
      for (size_t i = begin; i < end; ++i) {
        const Profile& profile = profiles_[i];
        Evaluation evaluation(projection_, profile.history, profile.key);
        for (size_t a = 0; a < audiences.size(); ++a) {
          const Standing standing = evaluation.At(audiences[a], t);
          if (!standing.holds) continue;
          of_threads[thread][a].push_back({NameOf(profile),
                                           standing.membership.begin,
                                           standing.membership.end});
        }
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
