#include "daemon/ctl/offline/offline_profiles.h"

#include <algorithm>
#include <utility>

#include "daemon/ingest/identity.h"
#include "rules/engine/everybody.h"
#include "rules/engine/share_out.h"

namespace audienced {

OfflineProfiles::OfflineProfiles(
    std::shared_ptr<const CompiledRulebook> rulebook)
    : projection_(std::move(rulebook)), gathered_(projection_) {}

void OfflineProfiles::Add(std::vector<Identifier> identifiers,
                          ProjectedEvent event) {
  gathered_.Add(ProfileOf(std::move(identifiers)), std::move(event),
                Instant::Never());
}

void OfflineProfiles::Expect(size_t events) { gathered_.Reserve(events); }

void OfflineProfiles::Finish(int threads) {
  std::vector<GatheredEvents::Part> parts;
  parts.push_back(std::exchange(gathered_, GatheredEvents::Part(projection_)));
  const GatheredEvents events(std::move(parts), profiles_.size());
  ShareOut(profiles_.size(), threads, [&](int, size_t begin, size_t end) {
    GatheredEvents::Maker maker(events);
    for (size_t i = begin; i < end; ++i) {
      profiles_[i].history = maker.HistoryOf(
          static_cast<uint32_t>(i), GatheredEvents::Copies::kFirstAdded);
    }
  });
  for (const Profile& profile : profiles_) {
    const History& history = profile.history;
    event_count_ += static_cast<int64_t>(history.size());
    last_event_time_ =
        std::max(last_event_time_, ToTime(history.time(history.size() - 1)));
  }
}

uint32_t OfflineProfiles::ProfileOf(std::vector<Identifier> identifiers) {
  SortByWeight(identifiers);
  auto place = static_cast<uint32_t>(profiles_.size());
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
  return place;
}

void OfflineProfiles::ForEach(
    int threads,
    const std::function<void(int, Evaluation&, std::string_view)>& each,
    const std::function<void(int64_t)>& progress) const {
  EvaluateEverybody(
      projection_, profiles_.size(),
      [&](size_t i) -> EvaluatedProfile {
        return {profiles_[i].history, profiles_[i].key};
      },
      threads,
      [&](int thread, size_t i, Evaluation& evaluation) {
        each(thread, evaluation, profiles_[i].name.value);
      },
      [&](size_t done) { progress(static_cast<int64_t>(done)); });
}

std::vector<std::vector<OfflineMember>> OfflineProfiles::MembersAt(
    absl::Span<const size_t> audiences, Instant t, bool with_stays, int threads,
    const std::function<void(int64_t)>& progress) const {
  using Lists = std::vector<std::vector<OfflineMember>>;
  std::vector<Lists> of_threads(threads, Lists(audiences.size()));
  // The place of each audience in the answer.
  const size_t audience_count = projection_.rulebook().audience_count();
  std::vector<size_t> places(audience_count);
  for (size_t a = 0; a < audiences.size(); ++a) places[audiences[a]] = a;
  ForEach(
      threads,
      [&](int thread, Evaluation& evaluation, std::string_view name) {
        const auto take = [&](size_t audience) {
          OfflineMember member{name, {}};
          if (with_stays) member.stay = evaluation.At(audience, t).membership;
          of_threads[thread][places[audience]].push_back(member);
        };
        if (audiences.size() == audience_count) {
          evaluation.ForEachThatHolds(t, take);
          return;
        }
        for (const size_t audience : audiences) {
          if (evaluation.Holds(audience, t)) take(audience);
        }
      },
      progress);
  Lists lists(audiences.size());
  for (size_t a = 0; a < audiences.size(); ++a) {
    for (const Lists& part : of_threads) {
      lists[a].insert(lists[a].end(), part[a].begin(), part[a].end());
    }
  }
  return lists;
}

}  // namespace audienced
