// `audiencectl export`: an audience as files for who acts on it.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "daemon/ctl/above_zero.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/export/export_files.h"
#include "daemon/ctl/export/export_run.h"
#include "daemon/ctl/export/stream_sink.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kStdout[] = "-";

constexpr char kExportExamples[] = R"help(Formats:
  google-customer-match-csv  the file that Google Ads takes by hand
  google-data-manager-json   bodies of Google's audienceMembers:ingest, :remove
  meta-json                  payloads of Meta's /AUDIENCE_ID/users
  klaviyo-json               bodies of Klaviyo's profile-bulk-import-jobs
  csv                        one row a member
  ndjson                     one member a line, as `members --output json`

Examples:
  audiencectl export cart-abandoners --format csv --out carts/
  audiencectl export cart-abandoners --format ndjson --out - | gzip > carts.gz
  audiencectl export big-spenders --format google-data-manager-json \
      --account 1234567890 --list-id 987654321 --out monday/
  audiencectl export big-spenders --format google-data-manager-json \
      --account 1234567890 --list-id 987654321 --out tuesday/ \
      --since "$(jq -r .cursor monday/manifest.json)"

The folder gets files add-000001..., of changes remove-000001... too, each
within the limits of its receiver, and at last manifest.json: a folder without
it is not complete. Act on the files in the order of the manifest, removals
first. Two people can share an address, and --since does not know of it:
`audiencectl sync` counts them.)help";

struct ExportOptions {
  std::string audience;
  std::string format;
  std::string out;
  std::string since;
  std::string destination = "raw";
  FormatOptions told;
  FileLimits limits;  // 0: those of the format
};

// The smaller bound; 0 is none.
int64_t SmallerLimit(int64_t left, int64_t right) {
  if (left == 0 || right == 0) return std::max(left, right);
  return std::min(left, right);
}

// One run of the verb.
class ExportVerb {
 public:
  ExportVerb(ExportOptions options, const ConnectionOptions& where)
      : options_(std::move(options)), where_(where) {}

  ExitCode Run();

 private:
  absl::Status MakeFormatAsked();
  absl::Status Export();
  absl::Status Read(const Connection& connection, MemberSink& sink);
  std::string AboveLimit() const;
  void PrintSummary() const;

  const ExportOptions options_;
  const ConnectionOptions& where_;
  std::unique_ptr<Format> format_;
  Manifest manifest_;
};

ExitCode ExportVerb::Run() {
  if (absl::Status made = MakeFormatAsked(); !made.ok()) return FailWith(made);
  if (absl::Status done = Export(); !done.ok()) return FailWith(done);
  PrintSummary();
  return ExitCode::kOk;
}

absl::Status ExportVerb::MakeFormatAsked() {
  FormatOptions told = options_.told;
  told.audience = options_.audience;
  const auto destination = FindDestination(options_.destination);
  if (!destination) {
    return absl::InvalidArgumentError(
        Concat("found the destination ", Quoted(options_.destination),
               "; wanted is raw, google, meta, tiktok or linkedin"));
  }
  told.destination = *destination;
  absl::StatusOr<std::unique_ptr<Format>> format =
      MakeFormat(options_.format, told);
  if (!format.ok()) return format.status();
  format_ = *std::move(format);
  if (format_->destination() != *destination &&
      *destination != Destination::kRaw) {
    return absl::InvalidArgumentError(
        Concat("the format ", options_.format, " is for ",
               Name(format_->destination()),
               "; --destination goes with csv and ndjson"));
  }
  if (options_.out != kStdout) return absl::OkStatus();
  if (format_->limits().rows > 0) {
    return absl::InvalidArgumentError(
        Concat("the format ", options_.format,
               " may take several files; name a folder with --out"));
  }
  if (!options_.since.empty()) {
    return absl::InvalidArgumentError(
        "changes are files to add and files to remove; name a folder with "
        "--out");
  }
  return absl::OkStatus();
}

absl::Status ExportVerb::Export() {
  absl::StatusOr<Connection> connection = Connection::Open(where_);
  if (!connection.ok()) return connection.status();
  manifest_.audience = options_.audience;
  manifest_.format = options_.format;
  manifest_.destination = std::string(Name(format_->destination()));
  if (options_.out == kStdout) {
    StreamSink sink(stdout, *format_);
    absl::Status read = Read(*connection, sink);
    return read.ok() ? sink.Finish(manifest_) : read;
  }
  const FileLimits limits = {
      SmallerLimit(format_->limits().rows, options_.limits.rows),
      SmallerLimit(format_->limits().bytes, options_.limits.bytes)};
  absl::StatusOr<ExportFiles> files =
      ExportFiles::Open(options_.out, *format_, limits);
  if (!files.ok()) return files.status();
  absl::Status read = Read(*connection, *files);
  return read.ok() ? files->Finish(manifest_) : read;
}

absl::Status ExportVerb::Read(const Connection& connection, MemberSink& sink) {
  ExportRun run(connection, *format_, options_.audience, sink);
  return options_.since.empty() ? run.ReadSnapshot(manifest_)
                                : run.ReadChanges(options_.since, manifest_);
}

// A member is never cut in two.
std::string ExportVerb::AboveLimit() const {
  if (options_.limits.bytes == 0 || options_.out == kStdout) return "";
  int64_t count = 0;
  std::string first;
  for (const ExportedFile& file : manifest_.files) {
    if (file.bytes > options_.limits.bytes && count++ == 0) first = file.name;
  }
  if (count == 0) return "";
  return Concat("warning: ", Counted(count, "file"),
                " above --max-bytes, with one member that alone is larger; "
                "the first is ",
                first);
}

void ExportVerb::PrintSummary() const {
  std::string text = Counted(manifest_.MembersOf(FileAction::kAdd), "member");
  if (!manifest_.is_snapshot) {
    text += Concat(" to add, ",
                   Counted(manifest_.MembersOf(FileAction::kRemove), "member"),
                   " to remove");
  }
  for (const auto& [reason, count] : manifest_.skipped) {
    text += Concat("; ", Grouped(count), " skipped: ", reason);
  }
  text += "\n";
  if (const std::string above = AboveLimit(); !above.empty()) {
    text += above + "\n";
  }
  if (!manifest_.withheld.empty()) text += manifest_.withheld + "\n";
  if (options_.out == kStdout) {
    text += Concat("cursor: ", manifest_.cursor, "\n");
  } else {
    text +=
        Concat("in ", options_.out, ": ",
               Counted(static_cast<int64_t>(manifest_.files.size()), "file"),
               " and manifest.json\n");
  }
  std::fputs(text.c_str(), stderr);
}

void AddFormatOptions(CLI::App& command, ExportOptions& options) {
  command
      .add_option("--format", options.format, "How it is written; see below.")
      ->required()
      ->check(CLI::IsMember(FormatNames()));
  command.add_option("--destination", options.destination,
                     "csv and ndjson: whom the identifiers are for: raw "
                     "(default), google, meta, tiktok, linkedin.");
  command.add_option("--account", options.told.account,
                     "google-data-manager-json: the Google Ads customer id.");
  command.add_option("--list-id", options.told.list_id,
                     "google-data-manager-json: the user list; klaviyo-json: "
                     "the list to add to.");
  command.add_flag("--terms-accepted,--accept-terms",
                   options.told.terms_accepted,
                   "google-data-manager-json: say to Google that its Customer "
                   "Match terms are accepted.");
  command
      .add_option("--max-rows", options.limits.rows,
                  "At most so many rows a file; default: what its receiver "
                  "takes.")
      ->check(AboveZero());
  command.add_option("--max-bytes", options.limits.bytes, "The same in bytes.")
      ->check(AboveZero());
}

}  // namespace

void AddExportCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = app.add_subcommand(
      "export", "Write an audience as files for an ad or email platform.");
  command->add_option("audience", options->audience, "The audience.")
      ->required();
  AddFormatOptions(*command, *options);
  command
      ->add_option("--out", options->out,
                   "A folder, which is made; or - for stdout, of csv, ndjson "
                   "and google-customer-match-csv.")
      ->required();
  command->add_option("--since", options->since,
                      "Only what changed since this cursor, of a manifest or "
                      "of `members`.");
  AddConnectionOptions(*command, where);
  command->footer(kExportExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = ExportVerb(*options, where).Run();
  });
}

}  // namespace audienced
