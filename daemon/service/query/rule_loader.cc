#include "daemon/service/query/rule_loader.h"

#include <algorithm>
#include <utility>

#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/rule_folder.h"
#include "daemon/logging/log.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/rule_checking.h"
#include "rules/language/load.h"

namespace audienced {

RuleLoader::RuleLoader(const Stages& stages, std::string folder)
    : stages_(stages),
      folder_(std::move(folder)),
      memory_(std::make_shared<Memory>()) {
  absl::StatusOr<Load> load = ReadFolder();
  if (!load.ok()) {
    LogWarning("service", "the rule folder cannot be read",
               {{"error", load.status()}});
    return;
  }
  absl::MutexLock lock(&memory_->mutex);
  memory_->last = *std::move(load);
}

absl::StatusOr<RuleLoader::Load> RuleLoader::ReadFolder() const {
  absl::StatusOr<std::vector<SourceFile>> files = ReadRuleFolder(folder_);
  if (!files.ok()) {
    return WithReason(
        absl::FailedPreconditionError(std::string(files.status().message())),
        v1::ERROR_REASON_RULES_UNREADABLE, {{"path", folder_}});
  }
  Load load;
  load.time = stages_.clock.Now();
  load.files = *std::move(files);
  LoadRulebook(load.files, load.diagnostics);
  return load;
}

void RuleLoader::Reload(
    bool validate_only,
    std::function<void(absl::StatusOr<v1::ReloadRulesResponse>)> done) {
  absl::StatusOr<Load> load = ReadFolder();
  if (!load.ok()) return done(load.status());
  v1::ReloadRulesResponse response;
  FillDiagnostics(load->diagnostics.all(), load->files,
                  *response.mutable_diagnostics());
  response.set_error_count(load->diagnostics.error_count());
  response.set_lint_count(load->diagnostics.lint_count());
  response.set_version(stages_.pipeline.rules().version);
  if (validate_only) return done(response);
  const absl::Status health = stages_.pipeline.Health();
  if (!health.ok()) return done(health);

  const bool usable = !load->diagnostics.has_errors();
  std::vector<SourceFile> files = load->files;
  {
    absl::MutexLock lock(&memory_->mutex);
    memory_->last = *std::move(load);
    memory_->applying = usable;
  }
  if (!usable) {
    LogWarning("service", "the rule folder has errors; the rules in force stay",
               {{"errors", response.error_count()}});
    return done(response);
  }
  Pipeline& pipeline = stages_.pipeline;
  pipeline.Reload(std::move(files),
                  [memory = memory_, &pipeline, response,
                   done = std::move(done)](absl::Status status) mutable {
                    {
                      absl::MutexLock lock(&memory->mutex);
                      memory->applying = false;
                    }
                    if (!status.ok()) return done(std::move(status));
                    const int64_t version_before = response.version();
                    response.set_version(pipeline.rules().version);
                    response.set_changed(response.version() != version_before);
                    done(std::move(response));
                  });
}

absl::Status RuleLoader::GetRulebook(const v1::GetRulebookRequest& request,
                                     v1::GetRulebookResponse& response) const {
  const RulesState rules = stages_.pipeline.rules();
  v1::Rulebook& answer = *response.mutable_rulebook();
  answer.set_version(rules.version);
  answer.set_fingerprint(rules.fingerprint);
  if (IsInstant(rules.applied_at)) {
    *answer.mutable_applied_time() = ToTimestamp(rules.applied_at);
  }
  std::vector<std::string> names;
  for (const Audience& audience :
       rules.projection->rulebook().model().audiences) {
    names.push_back(audience.name);
  }
  std::sort(names.begin(), names.end());
  for (std::string& name : names) answer.add_audiences(std::move(name));
  if (request.include_files()) {
    for (const SourceFile& file : rules.files) {
      v1::RuleFile& told = *answer.add_files();
      told.set_path(file.name());
      told.set_text(file.text());
    }
  }
  const absl::Time through = stages_.pipeline.EvaluatedThrough();
  if (IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  absl::MutexLock lock(&memory_->mutex);
  const Load& last = memory_->last;
  answer.set_load_state(memory_->applying ? v1::Rulebook::LOAD_STATE_REBUILDING
                        : last.diagnostics.has_errors()
                            ? v1::Rulebook::LOAD_STATE_FAULTY
                            : v1::Rulebook::LOAD_STATE_CURRENT);
  if (IsInstant(last.time)) {
    *answer.mutable_load_time() = ToTimestamp(last.time);
  }
  FillDiagnostics(last.diagnostics.all(), last.files,
                  *answer.mutable_diagnostics());
  return absl::OkStatus();
}

}  // namespace audienced
