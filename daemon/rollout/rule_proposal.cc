#include "daemon/rollout/rule_proposal.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/language/load.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

absl::Status Unreadable(const absl::Status& status, const std::string& folder) {
  return WithReason(
      absl::FailedPreconditionError(std::string(status.message())),
      v1::ERROR_REASON_RULES_UNREADABLE, {{"path", folder}});
}

}  // namespace

std::vector<SourceFile> AllFiles(const RuleProposal& proposal) {
  std::vector<SourceFile> files = proposal.files;
  files.insert(files.end(), proposal.test_files.begin(),
               proposal.test_files.end());
  return files;
}

std::string_view Name(RuleAttempt::Result result) {
  switch (result) {
    case RuleAttempt::Result::kApplied:
      return "applied";
    case RuleAttempt::Result::kUnchanged:
      return "unchanged";
    case RuleAttempt::Result::kValid:
      return "valid";
    case RuleAttempt::Result::kFaulty:
      return "faulty";
    case RuleAttempt::Result::kTestsFailed:
      return "tests_failed";
    case RuleAttempt::Result::kHeldBack:
      return "held_back";
    case RuleAttempt::Result::kUnreadable:
      return "unreadable";
  }
  return "faulty";
}

std::string FaultText(const RuleAttempt& attempt) {
  std::string text;
  for (const Diagnostic& diagnostic : attempt.diagnostics.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    absl::StrAppend(&text,
                    RenderText(diagnostic, attempt.files, Color::kNever));
  }
  for (const TestOutcome& test : attempt.failed_tests) {
    for (const TestFailure& failure : test.failures) {
      absl::StrAppend(&text, RenderFailure(failure));
    }
  }
  return text;
}

absl::StatusOr<RuleProposal> ReadProposal(const std::string& folder) {
  RuleProposal proposal;
  absl::StatusOr<std::vector<SourceFile>> files = ReadRuleFolder(folder);
  if (!files.ok()) return Unreadable(files.status(), folder);
  absl::StatusOr<std::vector<SourceFile>> tests = ReadRuleTests(folder);
  if (!tests.ok()) return Unreadable(tests.status(), folder);
  proposal.files = *std::move(files);
  proposal.test_files = *std::move(tests);
  return proposal;
}

CheckedRules Check(const RuleProposal& proposal, absl::Time now,
                   absl::Duration retention) {
  CheckedRules checked;
  RuleAttempt& attempt = checked.attempt;
  attempt.time = now;
  attempt.source = proposal.source;
  attempt.files = AllFiles(proposal);
  Rulebook rulebook =
      LoadRulebook(proposal.files, attempt.diagnostics, retention);
  attempt.diagnostics.Sort();
  if (attempt.diagnostics.has_errors()) return checked;
  checked.rulebook = CompiledRulebook::Compile(std::move(rulebook), retention);
  attempt.fingerprint = checked.rulebook->fingerprint();

  ScenarioOutcome outcome =
      RunScenarioFiles(proposal.test_files, proposal.files, retention);
  attempt.result = outcome.passed() ? RuleAttempt::Result::kValid
                                    : RuleAttempt::Result::kTestsFailed;
  attempt.test_count = static_cast<int>(outcome.tests.size());
  for (TestOutcome& test : outcome.tests) {
    if (!test.failures.empty()) attempt.failed_tests.push_back(std::move(test));
  }
  attempt.diagnostics.Append(outcome.diagnostics);
  return checked;
}

RuleUpdate ToUpdate(const RuleProposal& proposal,
                    std::shared_ptr<const CompiledRulebook> rulebook,
                    bool mark_existing) {
  RuleUpdate update;
  update.files = proposal.files;
  update.rulebook = std::move(rulebook);
  update.source = proposal.source;
  update.author = proposal.author;
  update.note = proposal.note;
  update.mark_existing = proposal.mark_existing.value_or(mark_existing);
  return update;
}

}  // namespace audienced
