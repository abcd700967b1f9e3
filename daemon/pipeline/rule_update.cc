#include "daemon/pipeline/rule_update.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/language/check/retention_check.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"
#include "rules/source/render.h"

namespace audienced {

std::vector<SourceFile> FilesOf(const RuleVersionRecord& record) {
  std::vector<SourceFile> files;
  for (const auto& [name, text] : record.files) files.emplace_back(name, text);
  return files;
}

absl::StatusOr<RuleUpdate> ToUpdate(const RuleVersionRecord& record,
                                    absl::Duration retention) {
  RuleUpdate update;
  update.files = FilesOf(record);
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(update.files, diagnostics);
  if (diagnostics.has_errors()) {
    diagnostics.Sort();
    const Diagnostic& first = diagnostics.all().front();
    return absl::InvalidArgumentError(absl::StrCat(
        "version ", record.version, " of the rules has ",
        diagnostics.error_count(), " errors, the first: ", first.place.file,
        ":", first.place.range.begin.line, ": ", first.message));
  }
  CheckRetention(rulebook, retention, diagnostics);
  if (diagnostics.has_errors()) {
    std::string text;
    for (const Diagnostic& one : diagnostics.all()) {
      if (one.severity != Severity::kError) continue;
      text += RenderText(one, update.files, Color::kNever);
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "the rules in force, version ", record.version,
        ", need a longer 'retention' than ", DurationText(retention),
        "; set a longer one, or none, until other rules are in force\n", text));
  }
  update.rulebook = CompiledRulebook::Compile(std::move(rulebook), retention);
  update.source = record.source;
  update.author = record.author;
  update.note = record.note;
  return update;
}

RuleVersionRecord ToRecord(const RuleUpdate& update, int64_t version) {
  RuleVersionRecord record;
  record.version = version;
  record.fingerprint = update.rulebook->fingerprint();
  record.source = update.source;
  record.author = update.author;
  record.note = update.note;
  for (const SourceFile& file : update.files) {
    record.files.emplace_back(file.name(), file.text());
  }
  return record;
}

}  // namespace audienced
