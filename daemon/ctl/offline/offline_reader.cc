#include "daemon/ctl/offline/offline_reader.h"

#include <cstdio>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/offline/file_projection.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/engine/share_out.h"
#include "rules/language/load.h"
#include "rules/source/message.h"
#include "rules/source/render.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

void PrintFaults(Diagnostics& diagnostics,
                 const std::vector<SourceFile>& files) {
  diagnostics.Sort();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    const std::string text = RenderText(diagnostic, files, ColorFor(stderr));
    std::fputs(text.c_str(), stderr);
  }
}

}  // namespace

bool OfflineReader::Fail(ExitCode exit_code, std::string_view message) {
  exit_code_ = exit_code;
  PrintError(message);
  return false;
}

bool OfflineReader::ReadRules(Columns columns) {
  absl::StatusOr<std::vector<SourceFile>> files = ReadRuleFolder(files_.rules);
  if (!files.ok()) {
    return Fail(ExitCode::kUsage, std::string(files.status().message()));
  }
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(*files, diagnostics, files_.retention);
  if (diagnostics.has_errors()) {
    PrintFaults(diagnostics, *files);
    return Fail(
        ExitCode::kFailed,
        Concat("the rules have ", Counted(diagnostics.error_count(), "error"),
               "; nothing is evaluated"));
  }
  rulebook_ =
      CompiledRulebook::Compile(std::move(rulebook), files_.retention, columns);
  return true;
}

std::optional<size_t> OfflineReader::FindAudience(const std::string& name) {
  const int audience = rulebook_->FindAudience(name);
  if (audience >= 0) return static_cast<size_t>(audience);
  std::vector<std::string_view> names;
  for (const Audience& other : rulebook_->model().audiences) {
    names.push_back(other.name);
  }
  const std::string_view nearest = NearestName(name, names);
  Fail(ExitCode::kUsage,
       Concat("no audience is named ", Quoted(name),
              nearest.empty()
                  ? ""
                  : Concat("; did you mean ", Quoted(nearest), "?")));
  return std::nullopt;
}

bool OfflineReader::ReadMapping() {
  if (files_.mapping.empty()) return true;
  absl::StatusOr<SourceFile> file =
      ReadSourceFile(files_.mapping, files_.mapping);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  Diagnostics diagnostics;
  mapping_ = ParseEventMapping(*file, diagnostics);
  if (!diagnostics.has_errors()) return true;
  PrintFaults(diagnostics, {*file});
  return Fail(ExitCode::kFailed, "the mapping file has errors");
}

absl::Status OfflineReader::TakeEvents(EventFile& file, Progress& progress) {
  const int64_t size_bytes = file.file_size_bytes();
  const int threads = MachineThreads();
  std::vector<LineProjector> projectors;
  for (int i = 0; i < threads; ++i) {
    projectors.push_back(profiles_->NewProjector());
  }
  {
    FileProjection projection(file, projectors);
    for (bool is_last = false; !is_last;) {
      FileProjection::Batch batch = projection.Next();
      for (const EventLine& line : batch.lines.faults) {
        absl::Status status = file.Reject(line);
        if (!status.ok()) return status;
      }
      if (!batch.status.ok()) return batch.status;
      batch.lines.faults.clear();
      profiles_->Add(std::move(batch.lines));
      progress.Update(batch.bytes_read, size_bytes);
      is_last = batch.is_last;
    }
  }
  profiles_->Finish(std::move(projectors), threads);
  return absl::OkStatus();
}

bool OfflineReader::ReadEvents() {
  if (!ReadMapping()) return false;
  absl::StatusOr<std::unique_ptr<EventFile>> file =
      EventFile::Open(files_.events, mapping_, files_.rejected);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  profiles_ = std::make_unique<OfflineProfiles>(rulebook_);
  Progress progress(Concat("reading ", files_.events));
  if (absl::Status status = TakeEvents(**file, progress); !status.ok()) {
    return Fail(ExitCode::kFailed, std::string(status.message()));
  }
  rejected_count_ = (*file)->rejected().count();
  if (rejected_count_ > 0) {
    Fail(ExitCode::kFailed,
         Concat(Counted(rejected_count_, "line"), " rejected; see ",
                (*file)->rejected().path()));
  }
  return true;
}

}  // namespace audienced
