#include "daemon/rollout/rollout.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/rule_folder.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

absl::Status InProgress() {
  return WithReason(
      absl::AbortedError("another change of rules is under way; try again"),
      v1::ERROR_REASON_RELOAD_IN_PROGRESS);
}

bool SameText(const std::vector<SourceFile>& left,
              const std::vector<SourceFile>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const SourceFile& one, const SourceFile& other) {
                      return one.name() == other.name() &&
                             one.text() == other.text();
                    });
}

void LogAttempt(const RuleAttempt& attempt) {
  const std::string source(Name(attempt.source));
  switch (attempt.result) {
    case RuleAttempt::Result::kApplied:
      return LogInfo("rollout", "other rules are in force",
                     {{"version", attempt.version}, {"source", source}});
    case RuleAttempt::Result::kUnchanged:
      return LogInfo("rollout", "the rules are in force already",
                     {{"version", attempt.version}, {"source", source}});
    case RuleAttempt::Result::kHeldBack:
      return LogWarning("rollout",
                        "the rules are held back until they are confirmed; "
                        "those in force stay",
                        {{"confirm", attempt.fingerprint}, {"source", source}});
    default:
      return LogError("rollout",
                      "the rules cannot be used; those in force stay",
                      {{"result", std::string(Name(attempt.result))},
                       {"source", source},
                       {"faults", FaultText(attempt)}});
  }
}

}  // namespace

Rollout::Rollout(Pipeline& pipeline, Store& store, const Clock& clock,
                 Options options)
    : pipeline_(pipeline),
      store_(store),
      clock_(clock),
      options_(std::move(options)),
      thread_([this] { Run(); }) {}

Rollout::~Rollout() { Stop(); }

void Rollout::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<RuleProposal> Rollout::ReadFolder() const {
  return ReadProposal(options_.folder);
}

std::shared_ptr<const RuleAttempt> Rollout::last() const {
  absl::ReaderMutexLock lock(&mutex_);
  return last_;
}

absl::StatusOr<RuleAttempt> Rollout::Plan(const RuleProposal& proposal) {
  CheckedRules checked = Check(proposal, clock_.Now(), options_.retention);
  checked.attempt.version = pipeline_.rules().version;
  const absl::Status planned = AddPlan(checked, /*prepared=*/nullptr);
  if (!planned.ok()) return planned;
  return std::move(checked.attempt);
}

absl::Status Rollout::AddPlan(CheckedRules& checked,
                              PreparedHistories* prepared) {
  if (checked.rulebook == nullptr) return absl::OkStatus();
  RuleAttempt& attempt = checked.attempt;
  absl::StatusOr<RulePlan> plan = PlanRules(
      store_, pipeline_, checked.rulebook, ToInstant(attempt.time),
      options_.limits, [this] { return !is_stopping(); }, prepared);
  if (!plan.ok()) return plan.status();
  attempt.plan = *std::move(plan);
  if (attempt.result == RuleAttempt::Result::kValid &&
      attempt.plan->held_back()) {
    attempt.result = RuleAttempt::Result::kHeldBack;
  }
  return absl::OkStatus();
}

absl::StatusOr<RuleAttempt> Rollout::Apply(const RuleProposal& proposal) {
  if (!applying_.TryLock()) return InProgress();
  absl::StatusOr<RuleAttempt> attempt = ApplyLocked(proposal);
  applying_.Unlock();
  return attempt;
}

absl::StatusOr<RuleAttempt> Rollout::ApplyLocked(const RuleProposal& proposal) {
  const RulesState before = pipeline_.rules();
  CheckedRules checked = Check(proposal, clock_.Now(), options_.retention);
  RuleAttempt& attempt = checked.attempt;
  attempt.version = before.version;
  if (attempt.result == RuleAttempt::Result::kValid &&
      attempt.fingerprint != before.fingerprint) {
    auto prepared = std::make_shared<PreparedHistories>();
    const absl::Status planned = AddPlan(checked, prepared.get());
    if (!planned.ok()) return planned;
    if (prepared->projection != nullptr) checked.prepared = std::move(prepared);
    if (proposal.confirm == attempt.fingerprint) {
      attempt.result = RuleAttempt::Result::kValid;
    }
  }
  if (attempt.result == RuleAttempt::Result::kValid) {
    const absl::Status applied = PutInForce(proposal, checked);
    if (!applied.ok()) return applied;
  }
  LogAttempt(attempt);
  Remember(attempt);
  return std::move(attempt);
}

absl::Status Rollout::PutInForce(const RuleProposal& proposal,
                                 CheckedRules& checked) {
  RuleAttempt& attempt = checked.attempt;
  if (SameText(proposal.files, pipeline_.rules().update->files)) {
    attempt.result = RuleAttempt::Result::kUnchanged;
    return absl::OkStatus();
  }
  is_applying_ = true;
  const absl::Status applied = HandToPipeline(
      ToUpdate(proposal, checked.rulebook, options_.mark_existing),
      std::move(checked.prepared));
  is_applying_ = false;
  if (!applied.ok()) return applied;
  attempt.result = RuleAttempt::Result::kApplied;
  attempt.version = pipeline_.rules().version;
  return absl::OkStatus();
}

absl::Status Rollout::HandToPipeline(RuleUpdate update, PreparedPtr prepared) {
  absl::Notification done;
  absl::Status status;
  pipeline_.Reload(std::move(update), std::move(prepared),
                   [&](absl::Status outcome) {
                     status = std::move(outcome);
                     done.Notify();
                   });
  done.WaitForNotification();
  return status;
}

absl::Status Rollout::Cancel(const std::string& author) {
  absl::Notification done;
  absl::Status status;
  pipeline_.CancelRebuild(author, [&](absl::Status outcome) {
    status = std::move(outcome);
    done.Notify();
  });
  done.WaitForNotification();
  return status;
}

void Rollout::Remember(RuleAttempt attempt) {
  ++counts_[static_cast<size_t>(attempt.result)];
  auto remembered = std::make_shared<const RuleAttempt>(std::move(attempt));
  absl::MutexLock lock(&mutex_);
  last_ = std::move(remembered);
}

void Rollout::CatchUpWithFolder() {
  const std::optional<RuleProposal> folder =
      ReadAndRemember(/*only_if_changed=*/false);
  if (!folder) return;
  const absl::StatusOr<RuleVersionRecord> newest =
      store_.ReadNewestRules(RuleSource::kFolder);
  if (newest.ok() && SameText(FilesOf(*newest), folder->files)) return;
  ApplyFolder(*folder);
}

void Rollout::ReloadLater(std::function<void()> done) {
  absl::MutexLock lock(&mutex_);
  reloads_.push_back(std::move(done));
}

void Rollout::FolderChanged() {
  absl::MutexLock lock(&mutex_);
  folder_changed_ = true;
}

void Rollout::Run() {
  while (true) {
    std::vector<std::function<void()>> reloads;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(
          +[](Rollout* self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) {
            return self->is_stopping() || self->folder_changed_ ||
                   !self->reloads_.empty();
          },
          this));
      reloads = std::exchange(reloads_, {});
      folder_changed_ = false;
    }
    if (!is_stopping()) ReloadFolder(/*only_if_changed=*/reloads.empty());
    for (const std::function<void()>& done : reloads) done();
    if (is_stopping()) return;
  }
}

void Rollout::ReloadFolder(bool only_if_changed) {
  const std::optional<RuleProposal> folder = ReadAndRemember(only_if_changed);
  if (folder) ApplyFolder(*folder);
}

std::optional<RuleProposal> Rollout::ReadAndRemember(bool only_if_changed) {
  absl::StatusOr<RuleProposal> folder = ReadFolder();
  if (!folder.ok()) {
    LogError("rollout",
             "the rule folder cannot be read; the rules in force stay",
             {{"error", folder.status()}});
    RememberUnreadable();
    return std::nullopt;
  }
  TellPassedOver();
  std::vector<SourceFile> files = AllFiles(*folder);
  absl::MutexLock lock(&mutex_);
  const bool is_same = folder_files_ && SameText(files, *folder_files_);
  if (only_if_changed && is_same) return std::nullopt;
  folder_files_ = std::move(files);
  return *std::move(folder);
}

void Rollout::TellPassedOver() {
  std::vector<std::string> names = PassedOver(options_.folder);
  absl::MutexLock lock(&mutex_);
  if (names == passed_over_) return;
  for (const std::string& name : names) {
    LogWarning("rollout",
               "passed over; rule files end in .yaml and lie in the rule "
               "folder itself",
               {{"name", name}});
  }
  passed_over_ = std::move(names);
}

void Rollout::RememberUnreadable() {
  {
    absl::MutexLock lock(&mutex_);
    folder_files_.reset();  // they are news when they come back
  }
  RuleAttempt attempt;
  attempt.result = RuleAttempt::Result::kUnreadable;
  attempt.time = clock_.Now();
  attempt.version = pipeline_.rules().version;
  Remember(std::move(attempt));
}

void Rollout::ApplyFolder(const RuleProposal& folder) {
  absl::MutexLock lock(&applying_);
  const absl::StatusOr<RuleAttempt> attempt = ApplyLocked(folder);
  if (!attempt.ok()) {
    LogError("rollout", "the rules in force stay",
             {{"error", attempt.status()}});
  }
}

absl::StatusOr<RuleUpdate> FirstRules(Store& store, const Clock& clock,
                                      const Rollout::Options& options) {
  const absl::StatusOr<RuleVersionRecord> in_force = store.ReadNewestRules();
  if (!in_force.ok() && !absl::IsNotFound(in_force.status())) {
    return in_force.status();
  }
  if (in_force.ok()) {
    absl::StatusOr<RuleUpdate> update = ToUpdate(*in_force, options.retention);
    if (update.ok() || absl::IsFailedPrecondition(update.status())) {
      return update;
    }
    LogWarning("rollout",
               "the rules in force are none to this version of audienced; "
               "starting with those of the folder",
               {{"error", update.status()}});
  }
  const absl::StatusOr<RuleProposal> folder = ReadProposal(options.folder);
  if (!folder.ok()) return folder.status();
  const CheckedRules checked = Check(*folder, clock.Now(), options.retention);
  if (checked.attempt.result != RuleAttempt::Result::kValid) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the rules in ", options.folder,
        checked.rulebook == nullptr ? " have faults\n" : " fail their tests\n",
        FaultText(checked.attempt)));
  }
  return ToUpdate(*folder, checked.rulebook, options.mark_existing);
}

}  // namespace audienced
