#include "daemon/ctl/offline/offline_profiles.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "daemon/ctl/offline/events_by_profile.h"
#include "daemon/ingest/identity.h"
#include "rules/engine/everybody.h"
#include "rules/engine/share_out.h"

namespace audienced {
namespace {

struct Totals {
  int64_t events = 0;
  Instant last = Instant::Never();
};

}  // namespace

OfflineProfiles::OfflineProfiles(
    std::shared_ptr<const CompiledRulebook> rulebook)
    : projection_(std::move(rulebook)) {}

void OfflineProfiles::Finish(std::vector<LineProjector>& projectors,
                             int threads) {
  IdentifierSets sets;
  EventsByProfile::Owners owners;  // numbers of sets first
  for (LineProjector& projector : projectors) {
    owners.push_back(sets.Join(std::move(projector.sets())));
  }
  const std::vector<uint32_t> profile_of = MakeProfiles(std::move(sets));
  for (std::vector<uint32_t>& of_projector : owners) {
    for (uint32_t& owner : of_projector) owner = profile_of[owner];
  }
  const EventsByProfile events(std::exchange(lines_, {}), projectors, owners,
                               profiles_.size());
  std::vector<Totals> totals(threads);
  ShareOut(profiles_.size(), threads,
           [&](int thread, size_t begin, size_t end) {
             EventsByProfile::Maker maker(events, projection_);
             Totals& of_thread = totals[thread];
             for (size_t i = begin; i < end; ++i) {
               History& history = profiles_[i].history;
               history = maker.HistoryOf(static_cast<uint32_t>(i));
               of_thread.events += static_cast<int64_t>(history.size());
               of_thread.last = std::max(of_thread.last, history.last_time());
             }
           });
  for (const Totals& of_thread : totals) {
    event_count_ += of_thread.events;
    last_event_time_ = std::max(last_event_time_, ToTime(of_thread.last));
  }
}

std::vector<uint32_t> OfflineProfiles::MakeProfiles(IdentifierSets sets) {
  std::vector<uint32_t> order(sets.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<uint32_t> profile_of(order);
  if (sets.has_names_only()) {
    profiles_.reserve(sets.size());
    for (const uint32_t set : order) {
      Identifier name = std::move(sets.Take(set).front());
      profiles_.push_back(
          {KeyOf(name), std::move(name), projection_.NewHistory()});
    }
    return profile_of;
  }
  // What identifiers are linked to never changes, so a set that was looked up
  // once means the same for ever; the order of its first lines says it all.
  std::sort(order.begin(), order.end(), [&](uint32_t one, uint32_t other) {
    return sets.first_line(one) < sets.first_line(other);
  });
  for (const uint32_t set : order) profile_of[set] = ProfileOf(sets.Take(set));
  by_identifier_ = {};
  return profile_of;
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
