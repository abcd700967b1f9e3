#include "daemon/ctl/offline/offline_profiles.h"

#include <algorithm>
#include <iterator>
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
        profiles_[set].first =
            std::move(sets.Take(static_cast<uint32_t>(set)).front());
      }
    });
    return profile_of;
  }
  // What a set of identifiers does to the people it does when it is met first:
  // identifiers and people only become more, so the order of the first lines
  // says it all.
  People people;
  std::vector<bool> is_known(sets.size());
  for (const ProjectedLines& some : lines_) {
    for (const ProjectedLine& line : some.events) {
      const uint32_t set = line.whose;
      if (!is_known[set]) {
        is_known[set] = true;
        IdentifierSet named = sets.Take(set);
        std::vector<Identifier> identifiers(
            std::make_move_iterator(named.begin()),
            std::make_move_iterator(named.end()));
        SortByWeight(identifiers);
        profile_of[set] = people.Meet(identifiers);
      }
      people.NoteEvent(profile_of[set], line.time);
    }
  }
  NumberPeople(people, absl::MakeSpan(profile_of));
  return profile_of;
}

void OfflineProfiles::NumberPeople(People& people,
                                   absl::Span<uint32_t> profile_of) {
  std::vector<uint32_t> numbers(people.size());  // of the current ones
  for (People::Number i = 0; i < people.size(); ++i) {
    if (people.CurrentOf(i) != i) continue;
    numbers[i] = static_cast<uint32_t>(profiles_.size());
    std::vector<Identifier>& identifiers = people.person(i).identifiers;
    Profile& profile = profiles_.emplace_back();
    profile.first = identifiers.front();
    SortByWeight(identifiers);
    if (identifiers.front() == profile.first) continue;
    profile.heavier =
        std::make_unique<const Identifier>(std::move(identifiers.front()));
  }
  for (uint32_t& person : profile_of) {
    person = numbers[people.CurrentOf(person)];
  }
}

void OfflineProfiles::ForEach(
    int threads,
    const std::function<void(int, Evaluation&, std::string_view)>& each,
    const std::function<void(int64_t)>& progress) const {
  std::vector<EventsByProfile::Maker> makers = NewMakers(threads);
  std::vector<std::string> keys(threads);
  EvaluateEverybody(
      projection_, profiles_.size(),
      [&](int thread, size_t i) -> EvaluatedProfile {
        keys[thread] = KeyOf(profiles_[i].first);
        return {&makers[thread].HistoryOf(static_cast<uint32_t>(i)),
                keys[thread]};
      },
      threads,
      [&](int thread, size_t i, Evaluation& evaluation) {
        each(thread, evaluation, profiles_[i].name().value);
      },
      [&](size_t done) { progress(static_cast<int64_t>(done)); },
      EventsByProfile::kProfilesOfPart);
}

std::vector<EventsByProfile::Maker> OfflineProfiles::NewMakers(
    int threads) const {
  std::vector<EventsByProfile::Maker> makers;
  for (int i = 0; i < threads; ++i) makers.emplace_back(*events_, projection_);
  return makers;
}

absl::Time OfflineProfiles::LastEventTime(int threads) const {
  std::vector<EventsByProfile::Maker> makers = NewMakers(threads);
  std::vector<Instant> last(threads, Instant::Never());
  ShareOut(
      profiles_.size(), threads,
      [&](int thread, size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          const History& history =
              makers[thread].HistoryOf(static_cast<uint32_t>(i));
          last[thread] =
              std::max(last[thread], history.time(history.size() - 1));
        }
      },
      EventsByProfile::kProfilesOfPart);
  return ToTime(*std::max_element(last.begin(), last.end()));
}

OfflineProfiles::Members OfflineProfiles::MembersAt(
    absl::Span<const size_t> audiences, Instant t, bool with_stays, int threads,
    const std::function<void(int64_t)>& progress) const {
  using Lists = std::vector<std::vector<OfflineMember>>;
  std::vector<Lists> of_threads(threads, Lists(audiences.size()));
  std::vector<size_t> event_counts(threads);
  // The place of each audience in the answer.
  const size_t audience_count = projection_.rulebook().audience_count();
  std::vector<size_t> places(audience_count);
  for (size_t a = 0; a < audiences.size(); ++a) places[audiences[a]] = a;
  ForEach(
      threads,
      [&](int thread, Evaluation& evaluation, std::string_view name) {
        event_counts[thread] += evaluation.history().size();
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
  Members members{Lists(audiences.size())};
  for (int thread = 0; thread < threads; ++thread) {
    members.event_count += static_cast<int64_t>(event_counts[thread]);
    for (size_t a = 0; a < audiences.size(); ++a) {
      const std::vector<OfflineMember>& part = of_threads[thread][a];
      members.lists[a].insert(members.lists[a].end(), part.begin(), part.end());
    }
  }
  return members;
}

}  // namespace audienced
