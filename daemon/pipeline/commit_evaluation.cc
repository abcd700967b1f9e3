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

absl::Status CommitBuilder::Evaluate() {
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

void CommitBuilder::EvaluateStaged() {
  std::vector<StagedProfile*> staged;
  staged.reserve(staged_.size());
  for (auto& [id, each] : staged_) staged.push_back(&each);
  const auto threads = static_cast<int>(std::clamp<size_t>(
      staged.size() / kStagedPerThread, 1, MachineThreads()));
  std::deque<StagedEvaluation> evaluations;
  for (int i = 0; i < threads; ++i) {
    evaluations.emplace_back(rules_, tallies_, evaluated_through_, now_);
  }
  ShareOut(
      staged.size(), threads,
      [&](int thread, size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i) {
          evaluations[thread].Evaluate(*staged[i]);
          // Here, not after the commit: the database is still busy with the
          // events.
          if (staged[i]->own_history != nullptr) staged[i]->own_history->Pack();
        }
      },
      kStagedPerTurn);
  for (const StagedEvaluation& evaluation : evaluations) {
    for (size_t i = 0; i < tallies_.size(); ++i) {
      tallies_[i].Add(evaluation.counted()[i]);
    }
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
  std::vector<Tally> after = tallies_;
  Evaluation evaluation(*projection_);
  for (const auto& [id, staged] : staged_) {
    const Profile& profile = *staged.profile;
    evaluation.TurnTo(*profile.history, profile.key, SinceOf(staged, now_));
    for (const uint32_t i : gated) {
      const AudienceMembership* known = FindMembership(profile, i);
      if (known != nullptr) after[i].Count(known->counted_as, -1);
      after[i].Count(CountedIn(evaluation, i, evaluation.Holds(i, now_)), 1);
    }
  }
  for (const uint32_t i : gated) {
    after[i].Settle(rulebook.audience(i).minimum_size);
    // Not all are counted yet, but so many are in.
    if (!rules_.are_all_counted && tallies_[i].open) after[i].open = true;
    if (after[i].open == tallies_[i].open) continue;
    tallies_[i].open = after[i].open;
    const absl::Status touched = TouchMembers(i);
    if (!touched.ok()) return touched;
  }
  return absl::OkStatus();
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
