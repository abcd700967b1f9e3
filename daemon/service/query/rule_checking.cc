#include "daemon/service/query/rule_checking.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/check/seen_names.h"
#include "rules/language/load.h"
#include "rules/source/message.h"

namespace audienced {

absl::Status CheckFiles(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  const auto invalid = [](const std::string& field, std::string message) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field, message);
  };
  if (files.empty()) {
    return invalid("files", "files is empty; a rulebook has at least one");
  }
  if (files.size() > kRuleFileLimit) {
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          files.size(), " files are given; at most ",
                          kRuleFileLimit, " are taken")),
                      v1::ERROR_REASON_BATCH_TOO_LARGE,
                      {{"field", "files"},
                       {"found", absl::StrCat(files.size())},
                       {"limit", absl::StrCat(kRuleFileLimit)}});
  }
  size_t size_bytes = 0;
  std::set<std::string> paths;
  for (int i = 0; i < files.size(); ++i) {
    const v1::RuleFile& file = files[i];
    const std::string field = absl::StrCat("files[", i, "].path");
    size_bytes += file.text().size();
    if (file.path().empty() || file.path().size() > kRulePathLimitBytes) {
      return invalid(field, absl::StrCat("the path has ", file.path().size(),
                                         " bytes; 1 to ", kRulePathLimitBytes,
                                         " are wanted"));
    }
    if (!paths.insert(file.path()).second) {
      return invalid(
          field, Concat("the path ", Quoted(file.path()), " is given twice"));
    }
  }
  if (size_bytes > kRulebookLimitBytes) {
    return invalid(
        "files", absl::StrCat("the files have ", size_bytes, " bytes; at most ",
                              kRulebookLimitBytes, " are taken"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SourceFile>> ToSourceFiles(
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  const absl::Status checked = CheckFiles(files);
  if (!checked.ok()) return checked;
  std::vector<SourceFile> sources;
  for (const v1::RuleFile& file : files) {
    sources.emplace_back(file.path(), file.text());
  }
  return sources;
}

absl::Status CheckRules(const Stages& stages,
                        const v1::CheckRulesRequest& request,
                        v1::CheckRulesResponse& response) {
  const absl::StatusOr<std::vector<SourceFile>> files =
      ToSourceFiles(request.files());
  if (!files.ok()) return files.status();
  Diagnostics diagnostics;
  Rulebook rulebook =
      LoadRulebook(*files, diagnostics, stages.pipeline.retention());
  if (request.against_data() && !diagnostics.has_errors()) {
    AddDataLints(rulebook, stages.pipeline.names().Snapshot(), diagnostics);
  }
  FillDiagnostics(diagnostics.all(), *files, *response.mutable_diagnostics());
  response.set_error_count(diagnostics.error_count());
  response.set_lint_count(diagnostics.lint_count());
  if (diagnostics.has_errors()) return absl::OkStatus();

  const auto compiled = CompiledRulebook::Compile(std::move(rulebook));
  response.set_fingerprint(compiled->fingerprint());
  std::vector<std::string> names;
  for (const Audience& audience : compiled->model().audiences) {
    names.push_back(audience.name);
  }
  std::sort(names.begin(), names.end());
  for (std::string& name : names) response.add_audiences(std::move(name));
  return absl::OkStatus();
}

}  // namespace audienced
