#ifndef AUDIENCED_DAEMON_ROLLOUT_RULE_PROPOSAL_H_
#define AUDIENCED_DAEMON_ROLLOUT_RULE_PROPOSAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/rollout/rule_plan.h"
#include "rules/scenario/scenario_file.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// Rules that someone wants in force.
struct RuleProposal {
  std::vector<SourceFile> files;
  std::vector<SourceFile> test_files;  // *.test.yaml
  RuleSource source = RuleSource::kFolder;
  std::string author;
  std::string note;
  // Absent: as the daemon is set.
  std::optional<bool> mark_existing;
  // The fingerprint of rules whose difference is wanted however large it is.
  std::string confirm;
};

// The rules and then the tests.
std::vector<SourceFile> AllFiles(const RuleProposal& proposal);

// How it went.
struct RuleAttempt {
  enum class Result {
    kApplied,
    kUnchanged,  // in force already, word for word
    kValid,      // nothing more was asked for
    kFaulty,
    kTestsFailed,
    kHeldBack,
    kUnreadable,  // the folder is
  };

  Result result = Result::kFaulty;
  absl::Time time;
  RuleSource source = RuleSource::kFolder;
  std::vector<SourceFile> files;  // rules and tests, as they were read
  Diagnostics diagnostics;        // of both
  int test_count = 0;
  std::vector<TestOutcome> failed_tests;
  std::string fingerprint;  // empty with errors
  std::optional<RulePlan> plan;
  int64_t version = 0;  // in force afterwards

  bool is_in_force() const {
    return result == Result::kApplied || result == Result::kUnchanged;
  }
};

// `applied`, `unchanged`, `valid`, `faulty`, `tests_failed`, `held_back`,
// `unreadable`.
std::string_view Name(RuleAttempt::Result result);

// What is wrong with the rules, as text for a log: all faults, or the tests
// that failed. Empty where nothing is.
std::string FaultText(const RuleAttempt& attempt);

// The rules and their tests in `folder`. FAILED_PRECONDITION with
// RULES_UNREADABLE.
absl::StatusOr<RuleProposal> ReadProposal(const std::string& folder);

// Rules that have been read.
struct CheckedRules {
  RuleAttempt attempt;  // kValid, kFaulty or kTestsFailed
  // Null with errors; there all the same where only tests failed.
  std::shared_ptr<const CompiledRulebook> rulebook;
  // Null: nothing was read for them.
  PreparedPtr prepared;
};

// Checks the rules and runs their tests, as where events count for less than
// `retention`. Pure.
CheckedRules Check(const RuleProposal& proposal, absl::Time now,
                   absl::Duration retention);

// `proposal` with what Check() made of it, for the pipeline.
RuleUpdate ToUpdate(const RuleProposal& proposal,
                    std::shared_ptr<const CompiledRulebook> rulebook,
                    bool mark_existing);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ROLLOUT_RULE_PROPOSAL_H_
