#include "daemon/rollout/rule_plan.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/pipeline/history_scan.h"
#include "rules/engine/evaluation.h"

namespace audienced {
namespace {

void AddSample(std::vector<ProfileId>& sample, ProfileId profile) {
  if (sample.size() < AudiencePlan::kSampleLimit) sample.push_back(profile);
}

bool IsPublished(const Profile& profile, const std::string& audience) {
  const AudienceMembership* known = FindMembership(profile, audience);
  return known != nullptr && known->membership.member;
}

// Some members of an audience that goes.
std::vector<ProfileId> SampleMembers(const Directory& directory,
                                     const std::string& audience) {
  std::vector<ProfileId> sample;
  for (ProfileId after{0};;) {
    const auto profiles = directory.Range(after, 10'000);
    if (profiles.empty()) return sample;
    for (const Directory::ProfilePtr& profile : profiles) {
      after = profile->id;
      if (IsPublished(*profile, audience)) AddSample(sample, profile->id);
    }
    if (sample.size() == AudiencePlan::kSampleLimit) return sample;
  }
}

// Reading the clock takes longer than asking a profile: one of so many is
// timed.
constexpr int kProfilesPerTiming = 64;

// One plan in the making.
class Planner {
 public:
  Planner(const RulesState& before, const Pipeline& pipeline,
          std::shared_ptr<const CompiledRulebook> other, Instant now)
      : before_(before.projection->rulebook()), other_(*other), now_(now) {
    plan_.fingerprint = other_.fingerprint();
    plan_.base_version = before.version;
    plan_.at = now;
    for (size_t i = 0; i < other_.audience_count(); ++i) {
      AddAudience(i, pipeline);
    }
    for (size_t i = 0; i < before_.audience_count(); ++i) {
      if (other_.FindAudience(before_.audience(i).name) >= 0) continue;
      Row& row = rows_.emplace_back();
      row.plan.audience = before_.audience(i).name;
      row.plan.status = before_.audience(i).status;
      row.plan.action = AudiencePlan::Action::kGone;
      row.plan.size_before = pipeline.TallyOf(i).published;
      row.plan.leaving = row.plan.size_before;
      if (row.plan.leaving > 0) {
        row.plan.leaving_sample =
            SampleMembers(pipeline.directory(), row.plan.audience);
      }
    }
    std::sort(rows_.begin(), rows_.end(),
              [](const Row& left, const Row& right) {
                return left.plan.audience < right.plan.audience;
              });
  }

  // Whether an audience has to be evaluated.
  bool has_work() const {
    return std::any_of(rows_.begin(), rows_.end(),
                       [](const Row& row) { return row.is_evaluated(); });
  }

  void Add(const Profile& profile, const History& history,
           const Projection& projection) {
    ++plan_.profile_count;
    plan_.event_count += static_cast<int64_t>(history.size());
    if (!evaluation_) evaluation_.emplace(projection);
    evaluation_->TurnTo(history, profile.key);
    const bool is_timed = plan_.profile_count % kProfilesPerTiming == 1;
    timed_profiles_ += is_timed;
    for (Row& row : rows_) {
      if (row.is_evaluated()) AddTo(row, profile, is_timed);
    }
  }

  RulePlan Finish(const HoldBackLimits& limits, absl::Duration planning_time) {
    for (Row& row : rows_) {
      if (row.is_evaluated()) ApplyMinimumSize(row);
      if (timed_profiles_ > 0) {
        row.plan.evaluation_time *= static_cast<double>(plan_.profile_count) /
                                    static_cast<double>(timed_profiles_);
      }
      row.plan.held_back = ReasonToHold(row, limits);
      plan_.audiences.push_back(std::move(row.plan));
    }
    plan_.planning_time = planning_time;
    return std::move(plan_);
  }

 private:
  struct Row {
    AudiencePlan plan;
    std::optional<uint32_t> new_number;  // absent: gone
    bool was_live = false;

    bool is_evaluated() const {
      return plan.action == AudiencePlan::Action::kNew ||
             plan.action == AudiencePlan::Action::kChanged;
    }
  };

  void AddAudience(size_t number, const Pipeline& pipeline) {
    const Audience& audience = other_.audience(number);
    Row& row = rows_.emplace_back();
    row.new_number = static_cast<uint32_t>(number);
    row.plan.audience = audience.name;
    row.plan.status = audience.status;
    row.plan.action = AudiencePlan::Action::kNew;
    const int old = before_.FindAudience(audience.name);
    if (old < 0) return;
    row.was_live = before_.audience(old).status == AudienceStatus::kLive;
    const Tally tally = pipeline.TallyOf(old);
    row.plan.size_before = tally.published;
    if (before_.audience_fingerprint(old) !=
        other_.audience_fingerprint(number)) {
      row.plan.action = AudiencePlan::Action::kChanged;
      return;
    }
    row.plan.action = AudiencePlan::Action::kUnchanged;
    row.plan.size_after = tally.published;
    row.plan.matching_after = tally.members;
    row.plan.held_out_after = tally.held_out;
  }

  bool Holds(Row& row, bool is_timed) {
    if (!is_timed) return evaluation_->Holds(*row.new_number, now_);
    const absl::Time begin = absl::Now();
    const bool holds = evaluation_->Holds(*row.new_number, now_);
    row.plan.evaluation_time += absl::Now() - begin;
    return holds;
  }

  void AddTo(Row& row, const Profile& profile, bool is_timed) {
    AudiencePlan& plan = row.plan;
    const bool was = IsPublished(profile, plan.audience);
    const bool holds = Holds(row, is_timed);
    const bool held_out = holds && evaluation_->HeldOut(*row.new_number);
    plan.held_out_after += held_out;
    const bool matches = holds && !held_out;
    plan.matching_after += matches;
    bool is = matches && plan.status != AudienceStatus::kDraft;
    if (plan.status == AudienceStatus::kPaused) {
      is = was && evaluation_->Consented(*row.new_number, now_);
    }
    plan.size_after += is;
    if (is && !was) {
      ++plan.entering;
      AddSample(plan.entering_sample, profile.id);
    }
    if (was && !is) {
      ++plan.leaving;
      AddSample(plan.leaving_sample, profile.id);
    }
  }

  // What the profiles one by one could not know.
  void ApplyMinimumSize(Row& row) {
    const int64_t minimum_size = other_.audience(*row.new_number).minimum_size;
    if (minimum_size == 0 || row.plan.status != AudienceStatus::kLive) return;
    Tally tally;
    tally.members = row.plan.matching_after;
    tally.open = row.plan.size_before > 0;
    tally.Settle(minimum_size);
    if (tally.open) return;
    row.plan.size_after = 0;
    row.plan.entering = 0;
    row.plan.entering_sample.clear();
    row.plan.leaving = row.plan.size_before;
  }

  static std::string ReasonToHold(const Row& row,
                                  const HoldBackLimits& limits) {
    const AudiencePlan& plan = row.plan;
    const bool is_live = plan.status == AudienceStatus::kLive &&
                         plan.action != AudiencePlan::Action::kNew;
    const int64_t difference = plan.entering + plan.leaving;
    if (difference == 0 || (!is_live && !row.was_live)) return "";
    const std::string who =
        absl::StrCat(difference, difference == 1 ? " profile enters or leaves"
                                                 : " profiles enter or leave");
    if (difference > limits.profiles) {
      return absl::StrCat(who, "; more than ", limits.profiles,
                          " are to be confirmed");
    }
    if (difference * 100 > plan.size_before * limits.percent) {
      return absl::StrCat(who, " an audience of ", plan.size_before,
                          "; more than ", limits.percent,
                          " % are to be confirmed");
    }
    return "";
  }

  const CompiledRulebook& before_;
  const CompiledRulebook& other_;
  const Instant now_;
  std::vector<Row> rows_;
  RulePlan plan_;
  int64_t timed_profiles_ = 0;
  std::optional<Evaluation> evaluation_;  // of the projection in use
};

}  // namespace

bool RulePlan::held_back() const {
  return std::any_of(
      audiences.begin(), audiences.end(),
      [](const AudiencePlan& audience) { return !audience.held_back.empty(); });
}

absl::StatusOr<RulePlan> PlanRules(
    Store& store, const Pipeline& pipeline,
    std::shared_ptr<const CompiledRulebook> other, Instant now,
    const HoldBackLimits& limits, const std::function<bool()>& keep_going,
    PreparedHistories* prepared) {
  const absl::Time begin = absl::Now();
  const RulesState before = pipeline.rules();
  Planner planner(before, pipeline, other, now);
  if (planner.has_work()) {
    const std::shared_ptr<Projection> projection =
        Projection::After(*before.projection, other);
    const absl::Status scanned = ScanHistories(
        store, pipeline.directory(), projection, prepared, keep_going,
        [&](const Profile& profile, const History& history) {
          planner.Add(profile, history, *projection);
        });
    if (!scanned.ok()) return scanned;
  }
  return planner.Finish(limits, absl::Now() - begin);
}

}  // namespace audienced
