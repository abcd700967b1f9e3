#include "daemon/service/conversion/rule_conversion.h"

#include <string>
#include <utility>

#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

v1::AudiencePlan::Action ToAction(AudiencePlan::Action action) {
  switch (action) {
    case AudiencePlan::Action::kNew:
      return v1::AudiencePlan::ACTION_NEW;
    case AudiencePlan::Action::kChanged:
      return v1::AudiencePlan::ACTION_CHANGED;
    case AudiencePlan::Action::kGone:
      return v1::AudiencePlan::ACTION_GONE;
    case AudiencePlan::Action::kUnchanged:
      return v1::AudiencePlan::ACTION_UNCHANGED;
  }
  return v1::AudiencePlan::ACTION_UNSPECIFIED;
}

v1::RuleAttempt::Result ToResult(RuleAttempt::Result result) {
  switch (result) {
    case RuleAttempt::Result::kApplied:
      return v1::RuleAttempt::RESULT_APPLIED;
    case RuleAttempt::Result::kUnchanged:
      return v1::RuleAttempt::RESULT_UNCHANGED;
    case RuleAttempt::Result::kValid:
      return v1::RuleAttempt::RESULT_VALID;
    case RuleAttempt::Result::kFaulty:
      return v1::RuleAttempt::RESULT_FAULTY;
    case RuleAttempt::Result::kTestsFailed:
      return v1::RuleAttempt::RESULT_TESTS_FAILED;
    case RuleAttempt::Result::kHeldBack:
      return v1::RuleAttempt::RESULT_HELD_BACK;
    case RuleAttempt::Result::kUnreadable:
      return v1::RuleAttempt::RESULT_UNREADABLE;
  }
  return v1::RuleAttempt::RESULT_UNSPECIFIED;
}

v1::AudiencePlan ToAudiencePlan(const AudiencePlan& plan) {
  v1::AudiencePlan answer;
  answer.set_audience(plan.audience);
  answer.set_action(ToAction(plan.action));
  answer.set_status(ToAudienceStatus(plan.status));
  answer.set_size_before(plan.size_before);
  answer.set_size_after(plan.size_after);
  answer.set_matching_after(plan.matching_after);
  answer.set_held_out_after(plan.held_out_after);
  answer.set_entering(plan.entering);
  answer.set_leaving(plan.leaving);
  for (const ProfileId profile : plan.entering_sample) {
    answer.add_entering_sample(ProfileName(profile));
  }
  for (const ProfileId profile : plan.leaving_sample) {
    answer.add_leaving_sample(ProfileName(profile));
  }
  *answer.mutable_evaluation_time() = ToDuration(plan.evaluation_time);
  answer.set_held_back(plan.held_back);
  return answer;
}

}  // namespace

RuleProposal ToProposal(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  RuleProposal proposal;
  proposal.source = RuleSource::kApply;
  for (const v1::RuleFile& file : files) {
    const bool is_test = file.path().ends_with(".test.yaml");
    (is_test ? proposal.test_files : proposal.files)
        .emplace_back(file.path(), file.text());
  }
  return proposal;
}

v1::RuleAttempt ToRuleAttempt(const RuleAttempt& attempt) {
  v1::RuleAttempt answer;
  answer.set_result(ToResult(attempt.result));
  *answer.mutable_time() = ToTimestamp(attempt.time);
  answer.set_source(ToRuleSource(attempt.source));
  FillDiagnostics(attempt.diagnostics.all(), attempt.files,
                  *answer.mutable_diagnostics());
  answer.set_error_count(attempt.diagnostics.error_count());
  answer.set_lint_count(attempt.diagnostics.lint_count());
  answer.set_test_count(attempt.test_count);
  for (const TestOutcome& test : attempt.failed_tests) {
    for (const TestFailure& failure : test.failures) {
      v1::RuleTestFailure& told = *answer.add_test_failures();
      told.set_path(test.file);
      told.set_test(test.test);
      told.set_line(failure.place.range.begin.line);
      told.set_rendered(RenderFailure(failure));
    }
  }
  if (attempt.plan) *answer.mutable_plan() = ToRulePlan(*attempt.plan);
  answer.set_fingerprint(attempt.fingerprint);
  answer.set_version(attempt.version);
  return answer;
}

v1::RulePlan ToRulePlan(const RulePlan& plan) {
  v1::RulePlan answer;
  for (const AudiencePlan& audience : plan.audiences) {
    *answer.add_audiences() = ToAudiencePlan(audience);
  }
  answer.set_fingerprint(plan.fingerprint);
  answer.set_base_version(plan.base_version);
  answer.set_profile_count(plan.profile_count);
  answer.set_event_count(plan.event_count);
  *answer.mutable_planning_time() = ToDuration(plan.planning_time);
  *answer.mutable_as_of_time() = ToTimestamp(ToTime(plan.at));
  answer.set_held_back(plan.held_back());
  return answer;
}

v1::RuleVersion ToRuleVersion(const RuleVersionRecord& record) {
  v1::RuleVersion answer;
  answer.set_version(record.version);
  answer.set_fingerprint(record.fingerprint);
  *answer.mutable_applied_time() = ToTimestamp(record.applied_at);
  answer.set_source(ToRuleSource(record.source));
  answer.set_author(record.author);
  answer.set_note(record.note);
  FillFiles(FilesOf(record), *answer.mutable_files());
  return answer;
}

v1::RuleSource ToRuleSource(RuleSource source) {
  switch (source) {
    case RuleSource::kFolder:
      return v1::RULE_SOURCE_FOLDER;
    case RuleSource::kApply:
      return v1::RULE_SOURCE_APPLY;
    case RuleSource::kRollback:
      return v1::RULE_SOURCE_ROLLBACK;
  }
  return v1::RULE_SOURCE_UNSPECIFIED;
}

void FillFiles(const std::vector<SourceFile>& files,
               google::protobuf::RepeatedPtrField<v1::RuleFile>& into) {
  for (const SourceFile& file : files) {
    v1::RuleFile& told = *into.Add();
    told.set_path(file.name());
    told.set_text(file.text());
  }
}

void FillDiagnostics(const std::vector<Diagnostic>& diagnostics,
                     absl::Span<const SourceFile> files,
                     google::protobuf::RepeatedPtrField<v1::Diagnostic>& into) {
  for (const Diagnostic& diagnostic : diagnostics) {
    v1::Diagnostic& answer = *into.Add();
    answer.set_severity(diagnostic.severity == Severity::kError
                            ? v1::Diagnostic::SEVERITY_ERROR
                            : v1::Diagnostic::SEVERITY_LINT);
    answer.set_code(std::string(diagnostic.code));
    answer.set_path(diagnostic.place.file);
    answer.set_line(diagnostic.place.range.begin.line);
    answer.set_column(diagnostic.place.range.begin.column);
    answer.set_end_line(diagnostic.place.range.end.line);
    answer.set_end_column(diagnostic.place.range.end.column);
    answer.set_message(diagnostic.message);
    answer.set_within(diagnostic.within);
    answer.set_help(diagnostic.help);
    answer.set_rendered(RenderText(diagnostic, files, Color::kNever));
  }
}

v1::RebuildProgress ToProgress(const RebuildProgress& progress) {
  v1::RebuildProgress answer;
  answer.set_moved_count(progress.moved);
  answer.set_total_count(progress.total);
  return answer;
}

}  // namespace audienced
