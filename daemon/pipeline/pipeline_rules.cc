// How the pipeline takes rules into force, and profiles to them.

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// So many move with one commit: so few that ingest hardly waits for it, but
// more while the daemon starts, as several threads evaluate them.
constexpr size_t kProfilesPerMove = 500;
constexpr size_t kProfilesPerLoad = 4'000;

absl::Status InProgress() {
  return WithReason(
      absl::AbortedError("another change of rules is under way; try again"),
      v1::ERROR_REASON_RELOAD_IN_PROGRESS);
}

// By number in `rulebook`: the audiences that `before` did not have. Null
// before: all.
std::vector<bool> FreshAudiences(const CompiledRulebook& rulebook,
                                 const CompiledRulebook* before) {
  std::vector<bool> fresh(rulebook.audience_count());
  for (size_t i = 0; i < fresh.size(); ++i) {
    fresh[i] = before == nullptr ||
               before->FindAudience(rulebook.audience(i).name) < 0;
  }
  return fresh;
}

}  // namespace

void Pipeline::Reload(RuleUpdate update, PreparedPtr prepared, Done done) {
  Post([this, update = std::move(update), prepared = std::move(prepared),
        done = std::move(done)](const absl::Status& status) mutable {
    if (status.ok()) {
      ChangeRules(update, std::move(prepared), done);
    } else {
      done(status);
    }
  });
}

void Pipeline::ChangeRules(RuleUpdate update, PreparedPtr prepared, Done done) {
  if (rebuild_ != nullptr) return done(InProgress());
  if (update.rulebook->fingerprint() == instance_.rule_fingerprint) {
    const absl::Status applied = ApplyText(update);
    if (applied.ok()) {
      absl::MutexLock lock(&mutex_);
      rules_.update = std::make_shared<const RuleUpdate>(std::move(update));
    }
    return done(applied);
  }
  RuleUpdate before = *rules().update;
  const absl::Status begun = BeginRules(
      update, prepared == nullptr ? Projection::After(*commit_rules_.projection,
                                                      update.rulebook)
                                  : prepared->projection);
  if (!begun.ok()) return done(begun);
  MoveEveryone(std::move(before), std::move(prepared), std::move(done));
}

void Pipeline::CancelRebuild(std::string author, Done done) {
  Post([this, author = std::move(author),
        done = std::move(done)](const absl::Status& status) {
    if (!status.ok()) return done(status);
    if (rebuild_ == nullptr) {
      return done(WithReason(absl::FailedPreconditionError(
                                 "no profiles are moving to other rules"),
                             v1::ERROR_REASON_NO_REBUILD));
    }
    RuleUpdate back = rebuild_->before;
    back.source = RuleSource::kRollback;
    back.author = author;
    back.note = absl::StrCat("cancelled version ", instance_.rule_version);
    RuleUpdate cancelled = *rules().update;
    const absl::Status begun = BeginRules(
        back, Projection::After(*commit_rules_.projection, back.rulebook));
    if (!begun.ok()) return done(begun);
    EndRebuild(WithReason(absl::AbortedError("the rules were taken back before "
                                             "all profiles had moved to them"),
                          v1::ERROR_REASON_REBUILD_CANCELLED));
    MoveEveryone(std::move(cancelled), /*prepared=*/nullptr, done);
  });
}

absl::Status Pipeline::ApplyText(const RuleUpdate& update) {
  const int64_t version = instance_.rule_version + 1;
  CommitBuilder builder = NewCommit();
  HoldBackEvaluatedThrough(builder);
  builder.rows().rules = ToRecord(update, version);
  builder.rows().rules->applied_at = builder.rows().commit_time;
  const absl::Time applied_at = builder.rows().commit_time;
  const absl::Status committed = WriteUntilDone(builder);
  if (!committed.ok()) return committed;
  Accept(builder);
  instance_.rule_version = version;
  commit_rules_.version = version;
  absl::MutexLock lock(&mutex_);
  rules_.version = version;
  rules_.applied_at = applied_at;
  return absl::OkStatus();
}

// The version is in force, and durable, before the first profile moves: a crash
// on the way goes on with it.
absl::Status Pipeline::BeginRules(const RuleUpdate& update,
                                  std::shared_ptr<Projection> projection) {
  const CompiledRulebook& rulebook = projection->rulebook();
  CommitRules next;
  next.projection = std::move(projection);
  next.difference = std::make_shared<RuleDifference>(
      Compare(commit_rules_.projection, rulebook));
  next.version = instance_.rule_version + 1;
  next.fresh.resize(rulebook.audience_count());
  if (update.mark_existing) {
    const RulesState now = rules();
    next.fresh = FreshAudiences(rulebook, now.update->rulebook.get());
  }
  next.are_new = true;
  next.are_all_counted = false;

  CommitBuilder builder = NewCommit();
  HoldBackEvaluatedThrough(builder);
  builder.rows().rules = ToRecord(update, next.version);
  builder.rows().rules->applied_at = builder.rows().commit_time;
  builder.rows().rebuilt_through = ProfileId{0};
  const absl::Time applied_at = builder.rows().commit_time;
  const absl::Status committed = WriteUntilDone(builder);
  if (!committed.ok()) return committed;
  Accept(builder);
  instance_.rule_version = next.version;
  const bool is_read_as_before =
      commit_rules_.projection != nullptr &&
      next.projection->Reads(*commit_rules_.projection);
  if (!is_read_as_before) kept_histories_.NumberBy(next.version);
  instance_.rule_fingerprint = rulebook.fingerprint();

  absl::MutexLock lock(&mutex_);
  for (size_t i = 0; i < tallies_.size(); ++i) {
    const CompiledRulebook& former = commit_rules_.projection->rulebook();
    retired_published_[former.audience(i).name] = tallies_[i].published;
  }
  commit_rules_ = std::move(next);
  ShowRules(update, applied_at);
  return absl::OkStatus();
}

// Lets everyone see the rules of `commit_rules_`, and counts for them what is
// published before any profile has moved. An audience with a bound is open
// where it has members.
void Pipeline::ShowRules(const RuleUpdate& update, absl::Time applied_at) {
  const CompiledRulebook& rulebook = commit_rules_.projection->rulebook();
  tallies_.assign(rulebook.audience_count(), Tally());
  for (size_t i = 0; i < tallies_.size(); ++i) {
    const Audience& audience = rulebook.audience(i);
    const auto found = retired_published_.find(audience.name);
    if (found != retired_published_.end()) {
      tallies_[i].published = found->second;
      retired_published_.erase(found);
    }
    tallies_[i].open = audience.minimum_size == 0 || tallies_[i].published > 0;
  }
  rules_.projection = commit_rules_.projection;
  rules_.version = instance_.rule_version;
  rules_.fingerprint = instance_.rule_fingerprint;
  rules_.applied_at = applied_at;
  rules_.update = std::make_shared<const RuleUpdate>(update);
}

void Pipeline::MoveEveryone(RuleUpdate before, PreparedPtr prepared,
                            Done done) {
  ShowProgress(RebuildProgress{0, directory_.size()});
  rebuild_ = std::make_unique<Rebuild>();
  rebuild_->before = std::move(before);
  rebuild_->done = std::move(done);
  rebuild_->reader = std::make_unique<RebuildReader>(
      store_, directory_, commit_rules_.projection, std::move(prepared),
      is_loading_ ? kProfilesPerLoad : kProfilesPerMove, [this] {
        absl::MutexLock lock(&mutex_);
        work_.Signal();
      });
}

void Pipeline::ContinueRebuild() {
  if (!HasPortion()) return;
  const RebuildReader::Portion& portion = rebuild_->reader->front();
  const absl::Status moved = MovePortion(portion);
  if (absl::IsUnavailable(moved)) return RecoverDatabase();  // and again
  if (!moved.ok() || portion.is_last) {
    commit_rules_.difference = std::make_shared<RuleDifference>();
    return EndRebuild(moved);
  }
  ShowProgress(RebuildProgress{static_cast<int64_t>(portion.through),
                               directory_.size()});
  rebuild_->reader->Drop();
}

absl::Status Pipeline::MovePortion(const RebuildReader::Portion& portion) {
  if (!portion.status.ok()) return portion.status;
  if (portion.is_last) {
    commit_rules_.are_all_counted = true;
    is_loading_ = false;
  }
  CommitBuilder builder = NewCommit();
  for (size_t i = 0; i < portion.profiles.size(); ++i) {
    const ProfileId id = portion.profiles[i]->id;
    const Directory::ProfilePtr now = directory_.Find(id);
    if (now == nullptr || now->id != id ||
        now->projection == commit_rules_.projection) {
      continue;  // something else was quicker
    }
    builder.Provide(id, portion.histories[i]);
    builder.Move(id);
  }
  if (instance_.rebuilt_through) {
    builder.rows().ends_rebuild = portion.is_last;
    builder.rows().rebuilt_through =
        portion.is_last ? std::nullopt
                        : std::optional<ProfileId>(portion.through);
  }
  return Finish(builder);
}

void Pipeline::EndRebuild(absl::Status status) {
  ShowProgress(std::nullopt);
  const std::unique_ptr<Rebuild> ended = std::move(rebuild_);
  ended->reader.reset();
  ended->done(std::move(status));
}

void Pipeline::ShowProgress(std::optional<RebuildProgress> progress) {
  absl::MutexLock lock(&mutex_);
  rules_.rebuild = progress;
}

absl::Status Pipeline::MoveTouched(const std::vector<ProfileId>& profiles) {
  if (rebuild_ == nullptr) return absl::OkStatus();
  std::vector<ProfileId> unmoved;
  for (const ProfileId id : profiles) {
    if (directory_.Find(id)->projection != commit_rules_.projection) {
      unmoved.push_back(id);
    }
  }
  if (unmoved.empty()) return absl::OkStatus();
  CommitBuilder builder = NewCommit();
  const absl::Status prepared = builder.Prepare(unmoved);
  if (!prepared.ok()) return prepared;
  for (const ProfileId id : unmoved) builder.Move(id);
  return Finish(builder);
}

absl::Status Pipeline::WriteUntilDone(CommitBuilder& builder) {
  while (true) {
    absl::Status committed = Write(builder);
    if (!absl::IsUnavailable(committed) || MustStop()) return committed;
    RecoverDatabase();
  }
}

void Pipeline::ForgetRetired(const std::vector<ChangeRecord>& changes) {
  if (retired_published_.empty()) return;
  for (const ChangeRecord& each : changes) {
    const auto retired = retired_published_.find(each.audience);
    if (retired == retired_published_.end()) continue;
    if (each.change.kind == ChangeKind::kLeft) --retired->second;
  }
}

}  // namespace audienced
