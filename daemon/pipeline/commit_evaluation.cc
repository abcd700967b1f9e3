// How a commit evaluates whom it touches, and which audiences open and close by
// it.

#include <algorithm>
#include <deque>

#include "daemon/pipeline/commit_builder.h"
#include "daemon/pipeline/staged_evaluation.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/share_out.h"

namespace audienced {
namespace {

// A thread costs as much as the evaluation of some dozens of profiles.
constexpr size_t kStagedPerThread = 128;
// So many are evaluated by one thread at a time: some take much longer.
constexpr size_t kStagedPerTurn = 32;

void AddAll(const std::vector<Tally>& differences,
            std::vector<Tally>& tallies) {
  for (size_t i = 0; i < tallies.size(); ++i) tallies[i].Add(differences[i]);
}

}  // namespace

// The history reaches as far back as the profile is known and no event further
// than is kept.
void CommitBuilder::KeepUp(StagedProfile& staged) {
  const Instant first = staged.profile->first_event_at;
  if (staged.profile->history->first_time() > first) {
    staged.OwnHistory().ExtendTo(first);
    staged.known_until = Instant::Never();
  }
  if (staged.profile->history->whole_since() < events_from_) {
    staged.OwnHistory().ForgetBefore(events_from_);
    staged.known_until = Instant::Never();
  }
}

absl::Status CommitBuilder::Evaluate(int threads) {
  threads_ = threads;
  if (!read_status_.ok()) return read_status_;
  for (auto& [id, staged] : staged_) {
    CompareConsents(staged);
    KeepUp(staged);
  }
  const absl::Status settled = SettleGates();
  if (!settled.ok()) return settled;
  EvaluateStaged();
  NumberChanges();
  return absl::OkStatus();
}

int CommitBuilder::StagedThreads() const {
  return static_cast<int>(
      std::clamp<size_t>(staged_.size() / kStagedPerThread, 1, threads_));
}

void CommitBuilder::ShareStaged(
    absl::FunctionRef<void(int, StagedProfile&)> work) {
  std::vector<StagedProfile*> all;
  all.reserve(staged_.size());
  for (auto& [id, staged] : staged_) all.push_back(&staged);
  ShareOut(
      all.size(), StagedThreads(),
      [&](int thread, size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) work(thread, *all[i]);
      },
      kStagedPerTurn);
}

void CommitBuilder::EvaluateStaged() {
  if (staged_.empty()) return;
  std::deque<StagedEvaluation> evaluations;
  for (int i = 0; i < StagedThreads(); ++i) {
    evaluations.emplace_back(rules_, tallies_, evaluated_through_, now_);
  }
  ShareStaged([&](int thread, StagedProfile& staged) {
    evaluations[thread].Evaluate(staged);
    // Here, not after the commit: the database is still busy with the events.
    if (staged.own_history != nullptr) staged.own_history->Pack();
  });
  for (const StagedEvaluation& evaluation : evaluations) {
    AddAll(evaluation.counted(), tallies_);
    still_due_ = std::min(still_due_, evaluation.still_due());
  }
}

// Counts before anything is published, so that an audience opens or closes with
// the very commit that takes it over its bound.
absl::Status CommitBuilder::SettleGates() {
  const CompiledRulebook& rulebook = projection_->rulebook();
  std::vector<uint32_t> gated;
  for (size_t i = 0; i < rulebook.audience_count(); ++i) {
    if (rulebook.audience(i).minimum_size == 0) continue;
    gated.push_back(static_cast<uint32_t>(i));
  }
  if (gated.empty()) return absl::OkStatus();
  const std::vector<Tally> after = CountGated(gated);
  for (const uint32_t i : gated) {
    Tally settled = after[i];
    settled.Settle(rulebook.audience(i).minimum_size);
    // Not all are counted yet, but so many are in.
    if (!rules_.are_all_counted && tallies_[i].open) settled.open = true;
    if (settled.open == tallies_[i].open) continue;
    tallies_[i].open = settled.open;
    const absl::Status touched = TouchMembers(i);
    if (!touched.ok()) return touched;
  }
  return absl::OkStatus();
}

// The tallies after the commit, right for these audiences.
std::vector<Tally> CommitBuilder::CountGated(
    const std::vector<uint32_t>& gated) {
  struct Counter {
    Counter(const Projection& projection, size_t audiences)
        : evaluation(projection), counted(audiences) {}

    Evaluation evaluation;
    std::vector<Tally> counted;
  };
  std::deque<Counter> counters;
  for (int i = 0; i < StagedThreads(); ++i) {
    counters.emplace_back(*projection_, tallies_.size());
  }
  ShareStaged([&](int thread, const StagedProfile& staged) {
    auto& [evaluation, counted] = counters[thread];
    const Profile& profile = *staged.profile;
    evaluation.TurnTo(*profile.history, profile.key, SinceOf(staged, now_));
    for (const uint32_t i : gated) {
      const AudienceMembership* known = FindMembership(profile, i);
      if (known != nullptr) counted[i].Count(known->counted_as, -1);
      counted[i].Count(CountedIn(evaluation, i, evaluation.Holds(i, now_)), 1);
    }
  });
  std::vector<Tally> after = tallies_;
  for (const Counter& counter : counters) AddAll(counter.counted, after);
  return after;
}

absl::Status CommitBuilder::TouchMembers(uint32_t audience) {
  constexpr int64_t kProfilesPerStep = 10'000;
  std::vector<ProfileId> members;
  ProfileId after{0};
  while (true) {
    const std::vector<Directory::ProfilePtr> profiles =
        directory_.Range(after, kProfilesPerStep);
    if (profiles.empty()) break;
    for (const Directory::ProfilePtr& profile : profiles) {
      after = profile->id;
      // Profiles that have not moved to these rules yet are in line for it.
      if (profile->projection != projection_) continue;
      const AudienceMembership* known = FindMembership(*profile, audience);
      if (known != nullptr && known->counted_as == CountedAs::kMember) {
        members.push_back(profile->id);
      }
    }
  }
  const absl::Status prepared = Prepare(members);
  if (!prepared.ok()) return prepared;
  for (const ProfileId id : members) Touch(id, Cause::kSize);
  return absl::OkStatus();
}

}  // namespace audienced
