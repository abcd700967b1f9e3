// How the pipeline takes rules into force: at the start, and at a reload.

#include <algorithm>
#include <utility>

#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// What is published before any profile has moved. An audience with a bound is
// open where it has members.
std::vector<Tally> CountPublished(const Rebuild& rebuild) {
  const CompiledRulebook& rulebook = rebuild.projection->rulebook();
  std::vector<Tally> tallies(rulebook.audience_count());
  for (const std::shared_ptr<Profile>& profile : rebuild.profiles) {
    if (profile == nullptr) continue;
    for (const AudienceMembership& each : profile->memberships) {
      tallies[each.audience].published += each.membership.member;
    }
  }
  for (size_t i = 0; i < tallies.size(); ++i) {
    tallies[i].open =
        rulebook.audience(i).minimum_size == 0 || tallies[i].published > 0;
  }
  return tallies;
}

}  // namespace

absl::Status Pipeline::Load(RuleUpdate update) {
  absl::StatusOr<InstanceRecord> instance = store_.LoadInstance();
  if (!instance.ok()) return instance.status();
  instance_ = *std::move(instance);
  const absl::Time begin = absl::Now();
  std::vector<SeenNameRecord> names;
  const absl::Status read = store_.LoadSeenNames(
      [&](SeenNameRecord name) { names.push_back(std::move(name)); });
  if (!read.ok()) return read;
  names_.Add(names);
  absl::StatusOr<Rebuild> rebuild = ReadRebuild(store_, instance_, update);
  if (!rebuild.ok()) return rebuild.status();
  if (!rebuild->new_rules) {
    const absl::StatusOr<RuleVersionRecord> rules =
        store_.ReadRuleVersion(instance_.rule_version);
    if (!rules.ok()) return rules.status();
    absl::MutexLock lock(&mutex_);
    rules_.applied_at = rules->applied_at;
  }
  const size_t profiles = rebuild->profiles.size();
  absl::Status applied = Apply(*std::move(rebuild));
  if (!applied.ok()) return applied;
  {
    absl::MutexLock lock(&mutex_);
    rules_.update = std::move(update);
  }
  LogInfo("pipeline", "histories are loaded and evaluated",
          {{"profiles", profiles}, {"seconds", absl::Now() - begin}});
  return absl::OkStatus();
}

void Pipeline::ReloadRules() {
  RuleUpdate update;
  std::function<void(absl::Status)> done;
  {
    absl::MutexLock lock(&mutex_);
    if (!reload_done_) return;
    update = std::move(reload_update_);
    done = std::move(reload_done_);
    reload_done_ = nullptr;
  }
  absl::Status status = absl::OkStatus();
  if (update.rulebook->fingerprint() == instance_.rule_fingerprint) {
    status = ApplyText(update);
  } else {
    absl::StatusOr<Rebuild> rebuild = ReadRebuild(store_, instance_, update);
    status = rebuild.ok() ? Apply(*std::move(rebuild)) : rebuild.status();
  }
  if (status.ok()) {
    absl::MutexLock lock(&mutex_);
    rules_.update = std::move(update);
  }
  if (absl::IsUnavailable(status)) RecoverDatabase();
  done(status);
}

absl::Status Pipeline::ApplyText(const RuleUpdate& update) {
  const int64_t version = instance_.rule_version + 1;
  CommitBuilder builder = NewCommit(projection_, version);
  HoldBackEvaluatedThrough(builder);
  builder.rows().rules = ToRecord(update, version);
  builder.rows().rules->applied_at = builder.rows().commit_time;
  const absl::Time applied_at = builder.rows().commit_time;
  const absl::Status committed = CommitUntilDone(builder);
  if (!committed.ok()) return committed;
  Accept(builder);
  instance_.rule_version = version;
  absl::MutexLock lock(&mutex_);
  rules_.version = version;
  rules_.applied_at = applied_at;
  return absl::OkStatus();
}

absl::Status Pipeline::Apply(Rebuild rebuild) {
  const Cause reason = rebuild.new_rules ? Cause::kRules : Cause::kTime;
  const int64_t version =
      rebuild.new_rules ? rebuild.new_rules->version : instance_.rule_version;
  {
    absl::MutexLock lock(&mutex_);
    tallies_ = CountPublished(rebuild);
  }
  deadlines_.Clear();
  for (size_t begin = 0;; begin += kProfilesPerCommit) {
    if (IsStopping()) return Health();
    const size_t end =
        std::min(begin + kProfilesPerCommit, rebuild.profiles.size());
    CommitBuilder builder = NewCommit(rebuild.projection, version);
    builder.SetFresh(rebuild.fresh);
    for (size_t i = begin; i < end; ++i) {
      if (rebuild.profiles[i] == nullptr) continue;
      const ProfileId id = rebuild.profiles[i]->id;
      builder.Replace(std::move(rebuild.profiles[i]), reason);
      for (Rebuild::Removed& removed : rebuild.removed[id]) {
        builder.LeaveRemoved(id, removed.audience,
                             std::move(removed.membership));
      }
    }
    const bool is_last = end == rebuild.profiles.size();
    if (!is_last) builder.KeepGates();
    builder.Evaluate();
    // The new version is in force once all profiles have moved: a crash on the
    // way begins the move again, with the same causes.
    if (is_last && rebuild.new_rules) {
      builder.rows().rules = rebuild.new_rules;
      builder.rows().rules->applied_at = builder.rows().commit_time;
    }
    if (!builder.rows().empty()) {
      absl::Status committed = CommitUntilDone(builder);
      if (!committed.ok()) return committed;
    }
    Accept(builder);
    if (is_last) break;
  }
  projection_ = rebuild.projection;
  instance_.rule_version = version;
  instance_.rule_fingerprint = projection_->rulebook().fingerprint();
  absl::MutexLock lock(&mutex_);
  rules_.projection = projection_;
  rules_.version = version;
  rules_.fingerprint = instance_.rule_fingerprint;
  if (rebuild.new_rules) rules_.applied_at = instance_.evaluated_through;
  return absl::OkStatus();
}

absl::Status Pipeline::CommitUntilDone(CommitBuilder& builder) {
  while (true) {
    absl::Status committed = Commit(builder);
    if (!absl::IsUnavailable(committed) || IsStopping()) return committed;
    RecoverDatabase();
  }
}

}  // namespace audienced
