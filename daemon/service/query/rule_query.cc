#include "daemon/service/query/rule_query.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/rule_checking.h"

namespace audienced {
namespace {

absl::Status CheckLength(const std::string& field, const std::string& text,
                         size_t limit_bytes) {
  if (text.size() <= limit_bytes) return absl::OkStatus();
  return InvalidField(
      v1::ERROR_REASON_TEXT_TOO_LONG, field,
      absl::StrCat(field, " has ", text.size(), " bytes; at most ", limit_bytes,
                   " are kept"));
}

// What every request to put rules in force says beside the rules.
template <typename Request>
absl::Status FillIntent(const Request& request, RuleProposal& proposal) {
  absl::Status checked =
      CheckLength("author", request.author(), kRuleAuthorLimitBytes);
  if (checked.ok()) {
    checked = CheckLength("note", request.note(), kRuleNoteLimitBytes);
  }
  if (!checked.ok()) return checked;
  proposal.author = request.author();
  proposal.note = request.note();
  proposal.confirm = request.confirm();
  if (request.new_audiences() != v1::NEW_AUDIENCES_UNSPECIFIED) {
    proposal.mark_existing =
        request.new_audiences() == v1::NEW_AUDIENCES_EXISTING;
  }
  return absl::OkStatus();
}

absl::Status Apply(const Stages& stages, const RuleProposal& proposal,
                   v1::RuleAttempt& answer) {
  const absl::StatusOr<RuleAttempt> attempt = stages.rollout.Apply(proposal);
  if (attempt.ok()) answer = ToRuleAttempt(*attempt);
  return attempt.status();
}

absl::StatusOr<RuleVersionRecord> ReadVersion(const Stages& stages,
                                              int64_t version) {
  absl::StatusOr<RuleVersionRecord> record =
      stages.store.ReadRuleVersion(version);
  if (!absl::IsNotFound(record.status())) return record;
  return WithReason(
      absl::NotFoundError(absl::StrCat("no version ", version,
                                       " of the rules was in force; the "
                                       "newest is ",
                                       stages.pipeline.rules().version)),
      v1::ERROR_REASON_RULE_VERSION_NOT_FOUND,
      {{"version", absl::StrCat(version)}});
}

}  // namespace

v1::Rulebook::LoadState LoadStateOf(const Rollout& rollout,
                                    const RulesState& rules) {
  if (rules.rebuild || rollout.is_applying())
    return v1::Rulebook::LOAD_STATE_REBUILDING;
  const std::shared_ptr<const RuleAttempt> last = rollout.last();
  if (last == nullptr) return v1::Rulebook::LOAD_STATE_CURRENT;
  switch (last->result) {
    case RuleAttempt::Result::kFaulty:
      return v1::Rulebook::LOAD_STATE_FAULTY;
    case RuleAttempt::Result::kTestsFailed:
      return v1::Rulebook::LOAD_STATE_TESTS_FAILED;
    case RuleAttempt::Result::kHeldBack:
      return v1::Rulebook::LOAD_STATE_HELD_BACK;
    case RuleAttempt::Result::kUnreadable:
      return v1::Rulebook::LOAD_STATE_UNREADABLE;
    default:
      return v1::Rulebook::LOAD_STATE_CURRENT;
  }
}

absl::Status GetRulebook(const Stages& stages,
                         const v1::GetRulebookRequest& request,
                         v1::GetRulebookResponse& response) {
  const RulesState rules = stages.pipeline.rules();
  v1::Rulebook& answer = *response.mutable_rulebook();
  answer.set_version(rules.version);
  answer.set_fingerprint(rules.fingerprint);
  answer.set_source(ToRuleSource(rules.update->source));
  answer.set_author(rules.update->author);
  answer.set_note(rules.update->note);
  if (IsInstant(rules.applied_at)) {
    *answer.mutable_applied_time() = ToTimestamp(rules.applied_at);
  }
  std::vector<std::string> names;
  for (const Audience& audience : rules.update->rulebook->model().audiences) {
    names.push_back(audience.name);
  }
  std::sort(names.begin(), names.end());
  for (std::string& name : names) answer.add_audiences(std::move(name));
  if (request.include_files()) {
    FillFiles(rules.update->files, *answer.mutable_files());
  }
  const std::shared_ptr<const RuleAttempt> last = stages.rollout.last();
  answer.set_load_state(LoadStateOf(stages.rollout, rules));
  if (rules.rebuild) *answer.mutable_rebuild() = ToProgress(*rules.rebuild);
  if (last != nullptr) *answer.mutable_last_attempt() = ToRuleAttempt(*last);
  const absl::Time through = stages.pipeline.EvaluatedThrough();
  if (IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return absl::OkStatus();
}

absl::Status PlanRules(const Stages& stages,
                       const v1::PlanRulesRequest& request,
                       v1::PlanRulesResponse& response) {
  const absl::Status checked = CheckFiles(request.files());
  if (!checked.ok()) return checked;
  const absl::StatusOr<RuleAttempt> attempt =
      stages.rollout.Plan(ToProposal(request.files()));
  if (!attempt.ok()) return attempt.status();
  *response.mutable_attempt() = ToRuleAttempt(*attempt);
  return absl::OkStatus();
}

absl::Status ApplyRules(const Stages& stages,
                        const v1::ApplyRulesRequest& request,
                        v1::ApplyRulesResponse& response) {
  absl::Status checked = CheckFiles(request.files());
  if (!checked.ok()) return checked;
  RuleProposal proposal = ToProposal(request.files());
  checked = FillIntent(request, proposal);
  if (!checked.ok()) return checked;
  return Apply(stages, proposal, *response.mutable_attempt());
}

absl::Status ReloadRules(const Stages& stages,
                         const v1::ReloadRulesRequest& request,
                         v1::ReloadRulesResponse& response) {
  absl::StatusOr<RuleProposal> folder = stages.rollout.ReadFolder();
  if (!folder.ok()) return folder.status();
  const absl::Status checked = FillIntent(request, *folder);
  if (!checked.ok()) return checked;
  if (!request.validate_only()) {
    return Apply(stages, *folder, *response.mutable_attempt());
  }
  CheckedRules rules =
      Check(*folder, stages.clock.Now(), stages.pipeline.retention());
  rules.attempt.version = stages.pipeline.rules().version;
  *response.mutable_attempt() = ToRuleAttempt(rules.attempt);
  return absl::OkStatus();
}

absl::Status RollbackRules(const Stages& stages,
                           const v1::RollbackRulesRequest& request,
                           v1::RollbackRulesResponse& response) {
  const absl::StatusOr<RuleVersionRecord> record =
      ReadVersion(stages, request.version());
  if (!record.ok()) return record.status();
  RuleProposal proposal;
  proposal.source = RuleSource::kRollback;
  proposal.files = FilesOf(*record);
  const absl::Status checked = FillIntent(request, proposal);
  if (!checked.ok()) return checked;
  if (proposal.note.empty()) {
    proposal.note = absl::StrCat("back to version ", record->version);
  }
  return Apply(stages, proposal, *response.mutable_attempt());
}

absl::Status CancelRebuild(const Stages& stages,
                           const v1::CancelRebuildRequest& request,
                           v1::CancelRebuildResponse& response) {
  const absl::Status checked =
      CheckLength("author", request.author(), kRuleAuthorLimitBytes);
  if (!checked.ok()) return checked;
  const absl::Status cancelled = stages.rollout.Cancel(request.author());
  if (!cancelled.ok()) return cancelled;
  response.set_version(stages.pipeline.rules().version);
  return absl::OkStatus();
}

absl::Status ListRuleVersions(const Stages& stages,
                              const v1::ListRuleVersionsRequest& request,
                              v1::ListRuleVersionsResponse& response) {
  const absl::StatusOr<int> page_size = PageSize(
      request.page_size(), kRuleVersionPageDefault, kRuleVersionPageLimit);
  if (!page_size.ok()) return page_size.status();
  int64_t before = std::numeric_limits<int64_t>::max();
  if (!request.page_token().empty() &&
      !absl::SimpleAtoi(request.page_token(), &before)) {
    return InvalidField(v1::ERROR_REASON_INVALID_PAGE_TOKEN, "page_token",
                        "page_token was not given by this daemon");
  }
  const auto versions = stages.store.ListRuleVersions(before, *page_size);
  if (!versions.ok()) return versions.status();
  for (const RuleVersionRecord& version : *versions) {
    *response.add_versions() = ToRuleVersion(version);
  }
  if (static_cast<int>(versions->size()) == *page_size) {
    response.set_next_page_token(absl::StrCat(versions->back().version));
  }
  return absl::OkStatus();
}

absl::Status GetRuleVersion(const Stages& stages,
                            const v1::GetRuleVersionRequest& request,
                            v1::GetRuleVersionResponse& response) {
  const absl::StatusOr<RuleVersionRecord> record =
      ReadVersion(stages, request.version());
  if (!record.ok()) return record.status();
  *response.mutable_version() = ToRuleVersion(*record);
  return absl::OkStatus();
}

}  // namespace audienced
