// `audiencectl evaluate`: who is in which audience, from a file of events.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/evaluation_report.h"
#include "daemon/ctl/offline_profiles.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"
#include "rules/source/message.h"
#include "rules/source/render.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

struct EvaluateOptions {
  std::string rules;
  std::string events;
  std::string mapping;
  std::string rejected;
  std::string at;
  std::string audience;
  std::string output = "table";
  bool timing = false;
  int threads = 0;
};

void PrintFaults(Diagnostics& diagnostics,
                 const std::vector<SourceFile>& files) {
  diagnostics.Sort();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    const std::string text = RenderText(diagnostic, files, ColorFor(stderr));
    std::fputs(text.c_str(), stderr);
  }
}

// One run of the verb. Each step leaves in `exit_code_` why the run is over.
class EvaluateRun {
 public:
  explicit EvaluateRun(const EvaluateOptions& options) : options_(options) {}

  ExitCode Run();

 private:
  bool ReadInstant();
  bool ReadRules();
  bool ChooseAudiences();
  bool ReadMapping();
  bool ReadEvents();
  void Evaluate();
  void Print() const;
  void PrintTiming() const;

  bool Fail(ExitCode exit_code, std::string_view message) {
    exit_code_ = exit_code;
    PrintError(message);
    return false;
  }

  const EvaluateOptions& options_;
  ExitCode exit_code_ = ExitCode::kOk;
  std::shared_ptr<const CompiledRulebook> rulebook_;
  std::vector<size_t> audiences_;
  EventMapping mapping_;
  std::unique_ptr<OfflineProfiles> profiles_;
  EvaluationReport report_;
  absl::Duration load_time_;
  absl::Duration evaluate_time_;
};

ExitCode EvaluateRun::Run() {
  if (ReadInstant() && ReadRules() && ChooseAudiences() && ReadMapping() &&
      ReadEvents()) {
    Evaluate();
    Print();
    if (options_.timing) PrintTiming();
  }
  return exit_code_;
}

bool EvaluateRun::ReadInstant() {
  const std::optional<absl::Time> at = ParseTimestamp(options_.at);
  if (!at.has_value()) {
    return Fail(ExitCode::kUsage,
                Concat("--at ", Quoted(options_.at),
                       " is no RFC 3339 timestamp with a zone; write it as in "
                       "2026-03-01T09:00:00Z"));
  }
  report_.at = *at;
  return true;
}

bool EvaluateRun::ReadRules() {
  absl::StatusOr<std::vector<SourceFile>> files =
      ReadRuleFolder(options_.rules);
  if (!files.ok()) {
    return Fail(ExitCode::kUsage, std::string(files.status().message()));
  }
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(*files, diagnostics);
  if (diagnostics.has_errors()) {
    PrintFaults(diagnostics, *files);
    return Fail(
        ExitCode::kFailed,
        Concat("the rules have ", Counted(diagnostics.error_count(), "error"),
               "; nothing is evaluated"));
  }
  rulebook_ = CompiledRulebook::Compile(std::move(rulebook));
  return true;
}

bool EvaluateRun::ChooseAudiences() {
  if (options_.audience.empty()) {
    if (options_.output == "ids") {
      return Fail(ExitCode::kUsage, "--output ids needs --audience");
    }
    for (size_t i = 0; i < rulebook_->audience_count(); ++i) {
      audiences_.push_back(i);
    }
    return true;
  }
  const int audience = rulebook_->FindAudience(options_.audience);
  if (audience >= 0) {
    audiences_.push_back(static_cast<size_t>(audience));
    return true;
  }
  std::vector<std::string_view> names;
  for (const Audience& other : rulebook_->model().audiences) {
    names.push_back(other.name);
  }
  const std::string_view nearest = NearestName(options_.audience, names);
  return Fail(ExitCode::kUsage,
              Concat("no audience is named ", Quoted(options_.audience),
                     nearest.empty()
                         ? ""
                         : Concat("; did you mean ", Quoted(nearest), "?")));
}

bool EvaluateRun::ReadMapping() {
  if (options_.mapping.empty()) return true;
  absl::StatusOr<SourceFile> file =
      ReadSourceFile(options_.mapping, options_.mapping);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  Diagnostics diagnostics;
  mapping_ = ParseEventMapping(*file, diagnostics);
  if (!diagnostics.has_errors()) return true;
  PrintFaults(diagnostics, {*file});
  return Fail(ExitCode::kFailed, "the mapping file has errors");
}

bool EvaluateRun::ReadEvents() {
  const absl::Time start = SteadyNow();
  absl::StatusOr<std::unique_ptr<EventFile>> file =
      EventFile::Open(options_.events, mapping_, options_.rejected);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  profiles_ = std::make_unique<OfflineProfiles>(rulebook_);
  Progress progress(Concat("reading ", options_.events));
  IncomingEvent incoming;
  while (true) {
    const absl::StatusOr<bool> more = (*file)->Next(incoming);
    if (!more.ok()) {
      return Fail(ExitCode::kFailed, std::string(more.status().message()));
    }
    if (!*more) break;
    profiles_->Add(incoming);
    progress.Update((*file)->bytes_read(), (*file)->file_size_bytes());
  }
  load_time_ = SteadyNow() - start;
  report_.profile_count = static_cast<int64_t>(profiles_->profile_count());
  report_.event_count = profiles_->event_count();
  report_.rejected_count = (*file)->rejected().count();
  if (report_.rejected_count > 0) {
    Fail(ExitCode::kFailed,
         Concat(Counted(report_.rejected_count, "line"), " rejected; see ",
                (*file)->rejected().path()));
  }
  return true;
}

void EvaluateRun::Evaluate() {
  const int threads =
      options_.threads > 0
          ? options_.threads
          : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const absl::Time start = SteadyNow();
  {
    Progress progress("evaluating");
    std::vector<std::vector<OfflineMember>> lists = profiles_->MembersAt(
        audiences_, ToInstant(report_.at), threads,
        [&](int64_t done) { progress.Update(done, report_.profile_count); });
    for (size_t i = 0; i < audiences_.size(); ++i) {
      report_.audiences.push_back(
          {&rulebook_->audience(audiences_[i]), std::move(lists[i])});
    }
  }
  evaluate_time_ = SteadyNow() - start;
}

void EvaluateRun::Print() const {
  if (options_.output == "ids") {
    PrintIds(report_);
  } else if (options_.output == "json") {
    PrintReportJson(report_);
  } else if (options_.audience.empty()) {
    PrintAudiencesTable(report_);
  } else {
    PrintMembersTable(report_);
  }
}

void EvaluateRun::PrintTiming() const {
  std::fprintf(stderr,
               "{\"events\":%lld,\"profiles\":%lld,\"load_seconds\":%.6f,"
               "\"evaluate_seconds\":%.6f,\"peak_rss_bytes\":%lld}\n",
               static_cast<long long>(report_.event_count),
               static_cast<long long>(report_.profile_count),
               absl::ToDoubleSeconds(load_time_),
               absl::ToDoubleSeconds(evaluate_time_),
               static_cast<long long>(PeakMemoryBytes()));
}

}  // namespace

void AddEvaluateCommand(CLI::App& app, ExitCode& exit_code) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = app.add_subcommand(
      "evaluate",
      "Tell who is in which audience, from a file of events alone: no daemon, "
      "no database, the same engine.");
  command
      ->add_option("--rules", options->rules,
                   "The folder with the rule files (*.yaml), or one file.")
      ->required();
  command
      ->add_option("--events", options->events,
                   "The events, as CSV or JSON Lines (.jsonl).")
      ->required();
  command->add_option("--mapping", options->mapping,
                      "A YAML file that adapts a foreign file: columns, "
                      "time_unit, items_separator, events, ignore.");
  command
      ->add_option("--at", options->at,
                   "The instant, with zone: 2026-03-01T09:00:00Z.")
      ->required();
  command->add_option("--audience", options->audience,
                      "Only this audience, with its members.");
  command
      ->add_option("--output", options->output,
                   "table (default), json, or ids: one profile a line.")
      ->check(CLI::IsMember({"table", "json", "ids"}));
  command->add_option("--rejected", options->rejected,
                      "Where lines that are no events are listed; default: "
                      "the name of the events file and '.rejected'.");
  command->add_flag("--timing", options->timing,
                    "One JSON object on stderr: events, profiles, "
                    "load_seconds, evaluate_seconds, peak_rss_bytes.");
  command
      ->add_option("--threads", options->threads,
                   "Threads that evaluate; default: one for each core.")
      ->check(CLI::Range(1, 256));
  command->callback(
      [options, &exit_code] { exit_code = EvaluateRun(*options).Run(); });
}

}  // namespace audienced
