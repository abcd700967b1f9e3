#include "daemon/pipeline/rule_update.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/language/load.h"

namespace audienced {

std::vector<SourceFile> FilesOf(const RuleVersionRecord& record) {
  std::vector<SourceFile> files;
  for (const auto& [name, text] : record.files) files.emplace_back(name, text);
  return files;
}

absl::StatusOr<RuleUpdate> ToUpdate(const RuleVersionRecord& record) {
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
  update.rulebook = CompiledRulebook::Compile(std::move(rulebook));
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
