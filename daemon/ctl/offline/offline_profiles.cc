#include "daemon/ctl/offline/offline_profiles.h"

#include <numeric>
#include <utility>

#include "daemon/ingest/identity.h"
#include "rules/engine/everybody.h"
#include "rules/engine/share_out.h"

namespace audienced {

OfflineProfiles::OfflineProfiles(
    std::shared_ptr<const CompiledRulebook> rulebook)
    : projection_(std::move(rulebook)),
      shared_(std::make_unique<SharedLines>()) {}

void OfflineProfiles::Finish(std::vector<LineProjector> projectors,
                             int threads) {
  const std::vector<uint32_t> profile_of = MakeProfiles(threads);
  shared_ = nullptr;
  events_ = std::make_unique<EventsByProfile>(std::exchange(lines_, {}),
                                              std::move(projectors), profile_of,
                                              profiles_.size(), threads);
}

std::vector<uint32_t> OfflineProfiles::MakeProfiles(int threads) {
  IdentifierSets& sets = shared_->sets;
  std::vector<uint32_t> profile_of(sets.size());
  if (sets.has_names_only()) {
    std::iota(profile_of.begin(), profile_of.end(), 0);
    profiles_.resize(sets.size());
    ShareOut(sets.size(), threads, [&](int, size_t begin, size_t end) {
      for (size_t set = begin; set < end; ++set) {
        Identifier name =
            std::move(sets.Take(static_cast<uint32_t>(set)).front());
        profiles_[set] = {KeyOf(name), std::move(name)};
      }
    });
    return profile_of;
  }
  // What identifiers are linked to never changes, so a set that was looked up
  // once means the same for ever; the order of its first lines says it all.
  std::vector<bool> is_known(sets.size());
  for (const ProjectedLines& some : lines_) {
    for (const ProjectedLine& line : some.events) {
      const uint32_t set = line.identifiers;
      if (is_known[set]) continue;
      is_known[set] = true;
      profile_of[set] = ProfileOf(sets.Take(set));
    }
  }
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
    profiles_.push_back({KeyOf(identifiers.front()), identifiers.front()});
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
  std::vector<std::unique_ptr<EventsByProfile::Maker>> makers(threads);
  EvaluateEverybody(
      projection_, profiles_.size(),
      [&](int thread, size_t i) -> EvaluatedProfile {
        std::unique_ptr<EventsByProfile::Maker>& maker = makers[thread];
        if (maker == nullptr) {
          maker =
              std::make_unique<EventsByProfile::Maker>(*events_, projection_);
        }
        return {&maker->HistoryOf(static_cast<uint32_t>(i)), profiles_[i].key};
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
