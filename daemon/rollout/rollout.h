#ifndef AUDIENCED_DAEMON_ROLLOUT_ROLLOUT_H_
#define AUDIENCED_DAEMON_ROLLOUT_ROLLOUT_H_

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/rollout/rule_proposal.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"

namespace audienced {

// The way of rules into force: read, checked, tested, compared with what is
// published, held back where they would change much, and handed to the
// pipeline. On any fault the old rules stay. One at a time. Remembers how the
// last one went. Thread-safe.
class Rollout {
 public:
  struct Options {
    std::string folder;
    HoldBackLimits limits;
    bool mark_existing = true;  // of audiences that are new
    // How long events count, as the pipeline takes it.
    absl::Duration retention = absl::InfiniteDuration();
  };

  // Borrows `pipeline`, `store` and `clock`.
  Rollout(Pipeline& pipeline, Store& store, const Clock& clock,
          Options options);
  ~Rollout();

  // Cancels what is under way, unless the pipeline has it already, and ends the
  // thread. What is asked afterwards is cancelled too.
  void Stop();

  // Reads the folder where its text is another than the one that was last in
  // force from it: as it stood, an earlier apply or rollback goes on.
  void CatchUpWithFolder();

  // Reads the folder, later, on a thread of its own: the outcome is in the log
  // and in last(). `done` is called when it is over.
  void ReloadLater(std::function<void()> done);
  // The same where the text of the folder is another than the one that was read
  // last.
  void FolderChanged();

  // All below block until it is over, up to as long as evaluating all profiles
  // takes. Errors are of the way, not of the rules: ABORTED with
  // RELOAD_IN_PROGRESS, UNAVAILABLE with DATABASE_UNAVAILABLE.

  // What the proposal would do; changes nothing. kValid or kHeldBack with a
  // plan, or kFaulty or kTestsFailed.
  absl::StatusOr<RuleAttempt> Plan(const RuleProposal& proposal);
  absl::StatusOr<RuleAttempt> Apply(const RuleProposal& proposal);

  // Takes back the rules that profiles are moving to; see
  // Pipeline::CancelRebuild(). Their Apply() ends with ABORTED.
  absl::Status Cancel(const std::string& author);

  // The files in the folder; FAILED_PRECONDITION with RULES_UNREADABLE.
  absl::StatusOr<RuleProposal> ReadFolder() const;

  // The last attempt to put rules in force; null: none since the start.
  std::shared_ptr<const RuleAttempt> last() const;
  bool is_applying() const { return is_applying_; }

  // How many attempts there were with this result.
  int64_t attempts(RuleAttempt::Result result) const {
    return counts_[static_cast<size_t>(result)];
  }

 private:
  absl::StatusOr<RuleAttempt> ApplyLocked(const RuleProposal& proposal)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(applying_);
  // `prepared` may be null.
  absl::Status AddPlan(CheckedRules& checked, PreparedHistories* prepared);
  absl::Status PutInForce(const RuleProposal& proposal, CheckedRules& checked);
  absl::Status HandToPipeline(RuleUpdate update, PreparedPtr prepared);
  void ReloadFolder(bool only_if_changed) ABSL_LOCKS_EXCLUDED(applying_);
  // Absent where the folder cannot be read, which is logged, or is as it was.
  std::optional<RuleProposal> ReadAndRemember(bool only_if_changed);
  void ApplyFolder(const RuleProposal& folder) ABSL_LOCKS_EXCLUDED(applying_);
  void Remember(RuleAttempt attempt);
  void RememberUnreadable() ABSL_LOCKS_EXCLUDED(mutex_);
  // Tells of files that look like rules and are none, where it is news.
  void TellPassedOver() ABSL_LOCKS_EXCLUDED(mutex_);
  bool is_stopping() const { return stopping_; }
  void Run();

  Pipeline& pipeline_;
  Store& store_;
  const Clock& clock_;
  const Options options_;

  absl::Mutex applying_;  // held by the one who puts rules in force
  std::atomic<bool> is_applying_ = false;
  std::atomic<bool> stopping_ = false;
  std::array<std::atomic<int64_t>, 7> counts_{};

  mutable absl::Mutex mutex_;
  std::shared_ptr<const RuleAttempt> last_ ABSL_GUARDED_BY(mutex_);
  // As read last; absent: it could not be.
  std::optional<std::vector<SourceFile>> folder_files_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> passed_over_ ABSL_GUARDED_BY(mutex_);
  bool folder_changed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::function<void()>> reloads_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

// The rules to start with: those in force; on the first start those of
// `folder`. kInvalidArgument, with all faults, where these cannot be used.
absl::StatusOr<RuleUpdate> FirstRules(Store& store, const Clock& clock,
                                      const Rollout::Options& options);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ROLLOUT_ROLLOUT_H_
