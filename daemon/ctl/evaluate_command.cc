// `audiencectl evaluate`: who is in which audience, from a file of events.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/evaluation_report.h"
#include "daemon/ctl/offline/offline_profiles.h"
#include "daemon/ctl/offline/offline_reader.h"
#include "daemon/ctl/offline/retention_option.h"
#include "daemon/ctl/terminal.h"
#include "rules/engine/share_out.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kEvaluateExamples[] = R"(Examples:
  audiencectl evaluate --rules rules/ --events shop.jsonl \
      --at 2026-03-01T09:00:00Z
      how many are in each audience
  audiencectl evaluate --rules rules/ --events shop.jsonl \
      --at 2026-03-01T09:00:00Z --audience cart-abandoners --output ids

Who is who is told as by a daemon with the usual settings that gets the events
in the order of the file.

Ends with 1 where the rules have errors or lines are no events.)";

struct EvaluateOptions {
  OfflineFiles files;
  std::string at;
  std::string audience;
  std::string output = "table";
  bool timing = false;
  int threads = 0;
};

// One run of the verb. Each step says why the run is over, where it is.
class EvaluateRun {
 public:
  explicit EvaluateRun(const EvaluateOptions& options)
      : options_(options), reader_(options.files) {}

  ExitCode Run();

 private:
  bool ChooseAudiences();
  bool ReadEvents();
  void Evaluate();
  void SortMembers();
  void Print() const;
  void PrintTiming() const;

  int threads() const;
  bool lists_members() const {
    return options_.output != "table" || !options_.audience.empty();
  }
  bool tells_stays() const {
    return options_.output == "table" && !options_.audience.empty();
  }

  // The command line asks for what is not there.
  static ExitCode Refuse(std::string_view message) {
    PrintError(message);
    return ExitCode::kUsage;
  }

  const EvaluateOptions& options_;
  OfflineReader reader_;
  std::vector<size_t> audiences_;
  EvaluationReport report_;
  absl::Duration load_time_;
  absl::Duration evaluate_time_;
};

ExitCode EvaluateRun::Run() {
  const std::optional<absl::Time> at = ParseTimestamp(options_.at);
  if (!at.has_value()) {
    return Refuse(Concat("--at ", Quoted(options_.at),
                         " is no RFC 3339 timestamp with a zone; write it as "
                         "in 2026-03-01T09:00:00Z"));
  }
  report_.at = *at;
  if (options_.output == "ids" && options_.audience.empty()) {
    return Refuse("--output ids needs --audience");
  }
  if (reader_.ReadRules() && ChooseAudiences() && ReadEvents()) {
    Evaluate();
    if (lists_members()) SortMembers();
    Print();
    if (options_.timing) PrintTiming();
  }
  return reader_.exit_code();
}

bool EvaluateRun::ChooseAudiences() {
  if (options_.audience.empty()) {
    for (size_t i = 0; i < reader_.rulebook()->audience_count(); ++i) {
      audiences_.push_back(i);
    }
    return true;
  }
  const std::optional<size_t> audience =
      reader_.FindAudience(options_.audience);
  if (audience) audiences_.push_back(*audience);
  return audience.has_value();
}

bool EvaluateRun::ReadEvents() {
  const absl::Time start = SteadyNow();
  if (!reader_.ReadEvents()) return false;
  load_time_ = SteadyNow() - start;
  report_.profile_count =
      static_cast<int64_t>(reader_.profiles().profile_count());
  report_.rejected_count = reader_.rejected_count();
  return true;
}

int EvaluateRun::threads() const {
  return options_.threads > 0 ? options_.threads : MachineThreads();
}

void EvaluateRun::Evaluate() {
  const absl::Time start = SteadyNow();
  {
    Progress progress("evaluating");
    OfflineProfiles::Members members = reader_.profiles().MembersAt(
        audiences_, ToInstant(report_.at), tells_stays(), threads(),
        [&](int64_t done) { progress.Update(done, report_.profile_count); });
    report_.event_count = members.event_count;
    for (size_t i = 0; i < audiences_.size(); ++i) {
      report_.audiences.push_back({&reader_.rulebook()->audience(audiences_[i]),
                                   std::move(members.lists[i])});
    }
  }
  evaluate_time_ = SteadyNow() - start;
}

void EvaluateRun::SortMembers() {
  const auto sort = [&](int, size_t audience, size_t) {
    std::vector<OfflineMember>& members = report_.audiences[audience].members;
    std::sort(members.begin(), members.end(),
              [](const OfflineMember& left, const OfflineMember& right) {
                return left.profile < right.profile;
              });
  };
  ShareOut(report_.audiences.size(), threads(), sort, /*portion=*/1);
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
      ->add_option("--rules", options->files.rules,
                   "The folder with the rule files (*.yaml), or one file.")
      ->required();
  command
      ->add_option("--events", options->files.events,
                   "The events, as CSV or JSON Lines (.jsonl); - is the "
                   "standard input.")
      ->required();
  command->add_option("--mapping", options->files.mapping,
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
  command->add_option("--rejected", options->files.rejected,
                      "Where lines that are no events are listed; default: "
                      "the name of the events file and '.rejected'.");
  AddRetentionOption(*command, options->files.retention);
  command->add_flag("--timing", options->timing,
                    "One JSON object on stderr: events, profiles, "
                    "load_seconds, evaluate_seconds, peak_rss_bytes.");
  command
      ->add_option("--threads", options->threads,
                   "Threads that evaluate; default: one for each core.")
      ->check(CLI::Range(1, 256));
  command->footer(kEvaluateExamples);
  command->callback(
      [options, &exit_code] { exit_code = EvaluateRun(*options).Run(); });
}

}  // namespace audienced
