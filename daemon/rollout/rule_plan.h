#ifndef AUDIENCED_DAEMON_ROLLOUT_RULE_PLAN_H_
#define AUDIENCED_DAEMON_ROLLOUT_RULE_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/store/store.h"
#include "rules/engine/compile/compiled_rulebook.h"

namespace audienced {

// What other rules would do to one audience.
struct AudiencePlan {
  enum class Action { kNew, kChanged, kGone, kUnchanged };

  static constexpr size_t kSampleLimit = 10;

  std::string audience;
  Action action = Action::kUnchanged;
  AudienceStatus status = AudienceStatus::kLive;  // as RulePlan's proto says
  int64_t size_before = 0;                        // published
  int64_t size_after = 0;                         // published
  int64_t matching_after = 0;  // the rule holds, without the held-out
  int64_t held_out_after = 0;
  int64_t entering = 0;
  int64_t leaving = 0;
  std::vector<ProfileId> entering_sample;
  std::vector<ProfileId> leaving_sample;
  absl::Duration evaluation_time;  // as some of the profiles let expect
  std::string held_back;           // why; empty: it is not
};

// What other rules would do. A value.
struct RulePlan {
  std::vector<AudiencePlan> audiences;  // by name
  std::string fingerprint;              // of the other rules
  int64_t base_version = 0;             // the version that was in force
  int64_t profile_count = 0;            // that were evaluated
  int64_t event_count = 0;
  absl::Duration planning_time;
  Instant at;

  bool held_back() const;
};

// How large a change of a live audience may be without being confirmed.
struct HoldBackLimits {
  int64_t percent = 20;  // of its size before; entering and leaving together
  int64_t profiles = 10'000;
};

// Evaluates `other` for every profile of `pipeline` and compares with what is
// published. Audiences that mean the same are not evaluated, and where all do
// nothing is read. What is read is put into `prepared`, which may be null.
// kCancelled when `keep_going` says no. Thread-safe; takes as long as reading
// all events does where `other` asks of them what the present rules do not.
absl::StatusOr<RulePlan> PlanRules(
    Store& store, const Pipeline& pipeline,
    std::shared_ptr<const CompiledRulebook> other, Instant now,
    const HoldBackLimits& limits, const std::function<bool()>& keep_going,
    PreparedHistories* prepared);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ROLLOUT_RULE_PLAN_H_
