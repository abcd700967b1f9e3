// `audiencectl import`: a file of events into the daemon.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/import/event_sender.h"
#include "daemon/ctl/import/import_progress.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/event_message.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/source/message.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

// The daemon takes messages of 4 MiB.
constexpr size_t kBatchLimitBytes = 3 << 20;

constexpr char kImportExamples[] = R"(Examples:
  audiencectl import shop.jsonl
  audiencectl import clicks.csv --mapping clicks.yaml --origin web
  audiencectl import today.jsonl --live
  zcat 2026-02.csv.gz | audiencectl import - --origin shop-2026-02

Importing a file again is safe: events are known by origin and event_id. An
event without event_id is known by its line.)";

struct ImportOptions {
  std::string file;
  std::string mapping;
  std::string origin;
  std::string rejected;
  int batch_events = 500;
  bool live = false;
  bool progress = false;
};

// One run of the verb. Each step leaves in `exit_code_` why the run is over.
class ImportRun {
 public:
  ImportRun(const ImportOptions& options, const ConnectionOptions& where)
      : options_(options), where_(where) {}

  ExitCode Run();

 private:
  bool Connect();
  bool ReadMapping();
  bool OpenFile();
  void SendAll();
  // Reads one event into the batch; false at the end and on errors.
  bool ReadEvent();
  bool SendBatch();
  void TakeResults(const OutgoingBatch& batch,
                   const v1::StreamEventsResponse& response);
  void RejectEvent(int64_t line, const std::string& reason);
  void Summarize();

  // Only the first failure is told.
  bool Fail(ExitCode exit_code, const std::string& message);

  const ImportOptions& options_;
  const ConnectionOptions& where_;
  ExitCode exit_code_ = ExitCode::kOk;
  EventMapping mapping_;
  std::optional<Connection> connection_;
  std::unique_ptr<EventFile> file_;
  std::unique_ptr<EventSender> sender_;
  std::unique_ptr<ImportProgress> progress_;
  OutgoingBatch batch_;
  size_t batch_bytes_ = 0;
  ImportCounts counts_;
};

ExitCode ImportRun::Run() {
  if (Connect() && ReadMapping() && OpenFile()) {
    SendAll();
    Summarize();
  }
  return exit_code_;
}

bool ImportRun::Fail(ExitCode exit_code, const std::string& message) {
  if (exit_code_ != ExitCode::kOk) return false;
  exit_code_ = exit_code;
  if (progress_ != nullptr) {
    progress_->Tell(message);
  } else {
    PrintError(message);
  }
  return false;
}

bool ImportRun::Connect() {
  absl::StatusOr<Connection> connection = Connection::Open(where_);
  if (!connection.ok()) {
    return Fail(ExitCode::kUsage, std::string(connection.status().message()));
  }
  connection_.emplace(*std::move(connection));
  return true;
}

bool ImportRun::ReadMapping() {
  if (options_.mapping.empty()) return true;
  absl::StatusOr<SourceFile> file =
      ReadSourceFile(options_.mapping, options_.mapping);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  Diagnostics diagnostics;
  mapping_ = ParseEventMapping(*file, diagnostics);
  if (!diagnostics.has_errors()) return true;
  diagnostics.Sort();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::fputs(RenderText(diagnostic, {*file}, ColorFor(stderr)).c_str(),
               stderr);
  }
  return Fail(ExitCode::kFailed, "the mapping file has errors");
}

bool ImportRun::OpenFile() {
  absl::StatusOr<std::unique_ptr<EventFile>> file =
      EventFile::Open(options_.file, mapping_, options_.rejected);
  if (!file.ok()) {
    return Fail(ExitCode::kUsage, std::string(file.status().message()));
  }
  file_ = *std::move(file);
  if (file_->is_stream() && options_.origin.empty()) {
    return Fail(ExitCode::kUsage,
                "--origin is needed where the events come from a pipe: an "
                "event without event_id is known by its origin and line");
  }
  return true;
}

void ImportRun::SendAll() {
  progress_ =
      std::make_unique<ImportProgress>(file_->name(), options_.progress);
  sender_ = std::make_unique<EventSender>(
      *connection_,
      [this](const OutgoingBatch& batch,
             const v1::StreamEventsResponse& response) {
        TakeResults(batch, response);
      },
      [this](const std::string& why) {
        progress_->Tell(Concat(why, "; trying on"));
      });
  while (ReadEvent()) {
    if (batch_.request.events_size() == options_.batch_events && !SendBatch()) {
      return;
    }
  }
  if (exit_code_ != ExitCode::kOk || !SendBatch()) return;
  if (absl::Status sent = sender_->Finish(); !sent.ok()) {
    Fail(ExitCode::kFailed, std::string(sent.message()));
  }
}

bool ImportRun::ReadEvent() {
  IncomingEvent incoming;
  const absl::StatusOr<bool> more = file_->Next(incoming);
  if (!more.ok()) {
    return Fail(ExitCode::kFailed, std::string(more.status().message()));
  }
  if (!*more) return false;
  v1::Event event = ToMessage(incoming);
  const size_t size_bytes = event.ByteSizeLong();
  if (size_bytes > kBatchLimitBytes) {
    ++counts_.refused;
    RejectEvent(file_->line_number(), "the event is larger than 3 MiB");
    return exit_code_ == ExitCode::kOk;
  }
  if (batch_bytes_ + size_bytes > kBatchLimitBytes && !SendBatch()) {
    return false;
  }
  batch_bytes_ += size_bytes;
  *batch_.request.add_events() = std::move(event);
  batch_.lines.push_back(file_->line_number());
  return true;
}

bool ImportRun::SendBatch() {
  if (batch_.lines.empty()) return true;
  batch_.request.set_origin(options_.origin.empty() ? file_->name()
                                                    : options_.origin);
  batch_.request.set_backfill(!options_.live);
  const absl::Status sent =
      sender_->Send(std::exchange(batch_, OutgoingBatch()));
  batch_bytes_ = 0;
  if (!sent.ok()) {
    return Fail(ExitCode::kFailed, std::string(sent.message()));
  }
  return exit_code_ == ExitCode::kOk;
}

void ImportRun::TakeResults(const OutgoingBatch& batch,
                            const v1::StreamEventsResponse& response) {
  counts_.stored += response.accepted_count();
  counts_.duplicates += response.duplicate_count();
  counts_.refused += response.refused_count();
  for (int i = 0; i < response.results_size(); ++i) {
    const v1::EventResult& result = response.results(i);
    if (result.status() != v1::EventResult::STATUS_REFUSED) continue;
    RejectEvent(batch.lines[i],
                result.field().empty()
                    ? result.message()
                    : Concat(result.field(), ": ", result.message()));
  }
  // The file is read ahead of what is taken.
  const double taken = static_cast<double>(counts_.events()) /
                       static_cast<double>(file_->event_count());
  progress_->Update(
      counts_.events(),
      static_cast<int64_t>(static_cast<double>(file_->bytes_read()) * taken),
      file_->file_size_bytes());
}

void ImportRun::RejectEvent(int64_t line, const std::string& reason) {
  if (absl::Status listed = file_->Reject(line, reason); !listed.ok()) {
    Fail(ExitCode::kFailed, std::string(listed.message()));
  }
}

void ImportRun::Summarize() {
  const absl::Duration elapsed = progress_->elapsed();
  progress_.reset();  // wipes its line
  counts_.rejected_lines = file_->rejected().count() - counts_.refused;
  std::puts(ImportSummaryText(file_->name(), counts_, elapsed).c_str());
  if (file_->rejected().count() > 0) {
    Fail(ExitCode::kFailed,
         Concat(Counted(file_->rejected().count(), "line"), " not taken; see ",
                file_->rejected().path()));
  }
}

}  // namespace

void AddImportCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand(
      "import", "Send a file of events to the daemon; bad lines are listed.");
  command
      ->add_option("file", options->file,
                   "The events, as CSV or JSON Lines (.jsonl); - is the "
                   "standard input.")
      ->required();
  command->add_option("--mapping", options->mapping,
                      "A YAML file that adapts a foreign file: columns, "
                      "time_unit, items_separator, events, ignore.");
  command->add_option("--origin", options->origin,
                      "The sending system; default: the name of the file.");
  command
      ->add_option("--batch", options->batch_events,
                   "Events sent together; default 500.")
      ->check(CLI::Range(1, 10000));
  command->add_flag("--live", options->live,
                    "The events are news rather than history: who enters by "
                    "them is told as new, not as existing.");
  command->add_option("--rejected", options->rejected,
                      "Where lines that are not taken are listed; default: "
                      "the name of the file and '.rejected'.");
  command->add_flag("--progress", options->progress,
                    "Tell how far it is also where stderr is no terminal.");
  AddConnectionOptions(*command, where);
  command->footer(kImportExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = ImportRun(*options, where).Run();
  });
}

}  // namespace audienced
