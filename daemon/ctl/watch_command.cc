// `audiencectl watch`: every change of memberships, as it comes.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/above_zero.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/call_failure.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/change_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/system/signals.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kWatchExamples[] = R"(Examples:
  audiencectl watch
  audiencectl watch cart-abandoners --output json
  audiencectl watch cart-abandoners --since "$cursor" --max 100
  audiencectl watch --subscription crm

Goes on by itself when the connection breaks, without a gap or a repeat, and
says at its end, on stderr, the cursor from which the next run resumes. A cursor
belongs to the set of audiences that it was given for.

With --subscription the daemon remembers what was printed: each run goes on
where the one before ended. See audiencectl subscriptions.)";

constexpr absl::Duration kAckTimeout = absl::Seconds(60);

struct WatchOptions {
  std::vector<std::string> audiences;  // empty: all
  std::string since = "now";
  std::string subscription;  // empty: none
  int64_t max = 0;           // 0: no bound
  std::string output = "text";
  bool checkpoints = false;
};

// One run of the verb. Run() works on the caller's thread; Stop() may come from
// any other.
class WatchRun {
 public:
  WatchRun(const WatchOptions& options, const ConnectionOptions& where)
      : options_(options), where_(where), color_(ColorFor(stdout)) {}

  ExitCode Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Streams until the connection breaks or the run is over.
  grpc::Status Follow(v1::AudienceService::Stub& stub)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Prints one message; false where the run is over.
  bool Take(const v1::WatchMembershipsResponse& response);
  // Has the daemon remember what is printed. False, once it is said, where that
  // cannot be; a break of the connection is none of these.
  bool Acknowledge();
  bool PrintChange(const v1::MembershipChange& change) const;
  void PrintCheckpoint(const v1::WatchMembershipsResponse& response) const;
  // Waits before the next try; false where the run is over instead.
  bool Wait(const CallFailure& failure) ABSL_LOCKS_EXCLUDED(mutex_);
  bool over() ABSL_LOCKS_EXCLUDED(mutex_);

  const WatchOptions& options_;
  const ConnectionOptions& where_;
  const Color color_;
  std::string server_;
  std::unique_ptr<v1::AudienceService::Stub> stub_;
  ExitCode exit_code_ = ExitCode::kOk;
  std::string cursor_;  // all before it is printed
  std::string acknowledged_;
  bool reached_ = false;  // a message came once
  int attempts_ = 0;      // since the last message
  int64_t printed_count_ = 0;

  absl::Mutex mutex_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

ExitCode WatchRun::Run() {
  absl::StatusOr<Connection> connection = Connection::Open(where_);
  if (!connection.ok()) return FailWith(connection.status());
  server_ = connection->server();
  stub_ = v1::AudienceService::NewStub(connection->channel());
  if (options_.since != "now") cursor_ = options_.since;
  while (!over()) {
    const grpc::Status status = Follow(*stub_);
    if (over()) break;
    const CallFailure failure = FailureOf(status);
    const std::string why = FailureText(failure, connection->server());
    if (!reached_ || !IsTransient(failure)) {
      exit_code_ = FailWith(absl::Status(failure.code, why));
      break;
    }
    if (attempts_ == 0) PrintError(Concat(why, "; trying on"));
    if (!Wait(failure)) break;
  }
  std::fflush(stdout);
  if (reached_ && !cursor_.empty()) {
    std::fprintf(stderr, "cursor: %s\n", cursor_.c_str());
  }
  return exit_code_;
}

void WatchRun::Stop() {
  absl::MutexLock lock(&mutex_);
  over_ = true;
  if (call_ != nullptr) call_->TryCancel();
}

bool WatchRun::over() {
  absl::MutexLock lock(&mutex_);
  return over_;
}

grpc::Status WatchRun::Follow(v1::AudienceService::Stub& stub) {
  v1::WatchMembershipsRequest request;
  for (const std::string& audience : options_.audiences) {
    request.add_audiences(audience);
  }
  request.set_cursor(cursor_);
  request.set_subscription(options_.subscription);
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return grpc::Status::CANCELLED;
    call_ = &context;
  }
  const auto stream = stub.WatchMemberships(&context, request);
  v1::WatchMembershipsResponse response;
  while (stream->Read(&response)) {
    reached_ = true;
    if (attempts_ > 0) {
      std::fputs("connected again; goes on from where it was\n", stderr);
      attempts_ = 0;
    }
    if (!Take(response)) {
      Stop();
      break;
    }
  }
  const grpc::Status status = stream->Finish();
  absl::MutexLock lock(&mutex_);
  call_ = nullptr;
  return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                    "the stream was closed")
                     : status;
}

bool WatchRun::Take(const v1::WatchMembershipsResponse& response) {
  int repeated = 0;
  for (const v1::MembershipChange& change : response.changes()) {
    if (!PrintChange(change)) return false;
    ++repeated;
    if (++printed_count_ != options_.max) continue;
    if (repeated < response.changes_size() && !cursor_.empty()) {
      // The cursor is one of whole messages.
      std::fprintf(stderr, "the cursor repeats %s\n",
                   Counted(repeated, "change").c_str());
      return false;
    }
  }
  cursor_ = response.cursor();
  if (options_.checkpoints) PrintCheckpoint(response);
  return std::fflush(stdout) == 0 && Acknowledge() &&
         (options_.max == 0 || printed_count_ < options_.max);
}

bool WatchRun::Acknowledge() {
  if (options_.subscription.empty() || cursor_ == acknowledged_) return true;
  v1::AckChangesRequest request;
  request.set_subscription(options_.subscription);
  request.set_cursor(cursor_);
  v1::AckChangesResponse response;
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kAckTimeout));
  const grpc::Status status = stub_->AckChanges(&context, request, &response);
  if (status.ok()) {
    acknowledged_ = cursor_;
    return true;
  }
  const CallFailure failure = FailureOf(status);
  // What is printed next, or once more, is acknowledged with it.
  if (IsTransient(failure)) return true;
  exit_code_ =
      FailWith(absl::Status(failure.code, FailureText(failure, server_)));
  return false;
}

bool WatchRun::PrintChange(const v1::MembershipChange& change) const {
  return Print(Concat(options_.output == "json" ? MessageJson(change)
                                                : ChangeText(change, color_),
                      "\n")) &&
         std::fflush(stdout) == 0;
}

void WatchRun::PrintCheckpoint(
    const v1::WatchMembershipsResponse& response) const {
  if (options_.output == "json") {
    v1::WatchMembershipsResponse checkpoint = response;
    checkpoint.clear_changes();
    Print(Concat(MessageJson(checkpoint), "\n"));
  } else {
    Print(Concat(CheckpointText(response, color_), "\n"));
  }
}

bool WatchRun::Wait(const CallFailure& failure) {
  const absl::Duration delay = RetryDelay(failure, ++attempts_, /*share=*/0);
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&over_), delay);
  return !over_;
}

ExitCode Watch(const WatchOptions& options, const ConnectionOptions& where) {
  auto signals = std::make_unique<Signals>();  // before gRPC starts threads
  WatchRun run(options, where);
  const auto stop = [&run] { run.Stop(); };
  signals->Start({stop, /*abandon=*/[] { std::_Exit(130); }, stop});
  const ExitCode exit_code = run.Run();
  signals.reset();  // waits for a handler that still stops the run
  return exit_code;
}

}  // namespace

void AddWatchCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* command = app.add_subcommand(
      "watch", "Tell who enters and leaves audiences, as it happens.");
  command->add_option("audience", options->audiences,
                      "Only these audiences; default: all.");
  command->add_option("--since", options->since,
                      "A cursor to go on from, or now (default).");
  command->add_option("--subscription", options->subscription,
                      "Go on where this subscription stands, and acknowledge "
                      "what is printed.");
  command
      ->add_option("--max", options->max,
                   "End after so many changes; with --subscription at the next "
                   "place that can be acknowledged.")
      ->check(AboveZero());
  command
      ->add_option("--output", options->output,
                   "text (default) or json: one object a line.")
      ->check(CLI::IsMember({"text", "json"}));
  command->add_flag("--checkpoints", options->checkpoints,
                    "Also a line with the cursor after each portion, and when "
                    "nothing happens for a while.");
  AddConnectionOptions(*command, where);
  command->footer(kWatchExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Watch(*options, where); });
}

}  // namespace audienced
