// `audiencectl sync`: keeps a folder or an endpoint following an audience.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/sync/follower.h"
#include "daemon/ctl/sync/state/sync_state.h"
#include "daemon/ctl/sync/sync_options.h"
#include "daemon/ctl/sync/sync_run.h"
#include "daemon/ctl/sync/target/dead_letters.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/system/signals.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kSyncExamples[] = R"(Examples:
  audiencectl sync cart-abandoners --to carts/
      files carts/000001-add.ndjson and so on, as people enter and leave
  audiencectl sync big-spenders --to spenders/ --format meta-json --once
      from cron: what changed since the last time
  audiencectl sync cart-abandoners --to https://hooks.example.com/carts \
      --state carts.state --secret-file secret
      one POST for each change or a few, signed
  audiencectl sync big-spenders --to https://api.segment.io/v1/batch \
      --shape segment --state segment.state --unsigned --headers-file headers

First everyone who is in, then every change. It goes on where it was, also when
it was killed, or the daemon or the endpoint was away. Everything is delivered
at least once and in order for each person: who acts on each id once acts once.

People are known by their identifiers there: of two members who share an address
the last one's leaving removes it, and who changes it removes the old one.

A folder: act on the files in the order of their numbers, and take them away.

An endpoint: the header Audienced-Signature is t=SECONDS,v1=HEX, where HEX is
the HMAC-SHA256 over SECONDS, a dot and the body, by the secret. No answer, 408,
429 and 5xx are tried again; 401, 403, 404, 405 and 410 end the sync; what gets
another 4xx goes to dead-letters.ndjson in the folder of --state, and the rest
goes on.

Ends with 0 where the target is in sync (--once) or it was stopped, 1 where not
everything is there or something was refused, 2 where the command line is
wrong, 5 where no daemon was reached.)";

// What happened, for people and the logs of cron.
void PrintSummary(const SyncRun::Outcome& outcome, SyncState& state) {
  std::string text = Concat(Counted(outcome.delivered, "change"), " delivered");
  if (outcome.refused > 0) {
    text += Concat(", ", Grouped(outcome.refused), " refused");
  }
  const absl::StatusOr<int64_t> members = state.CountMembers();
  if (members.ok()) {
    text += Concat("; ", Counted(*members, "member"), ", ",
                   Counted(state.waiting_count(), "change"), " waiting");
  }
  std::fprintf(stderr, "%s\n", text.c_str());
}

ExitCode Sync(const SyncOptions& options, const ConnectionOptions& where) {
  auto signals = std::make_unique<Signals>();  // before gRPC starts threads
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  absl::StatusOr<SyncPlan> plan = PlanSync(options);
  if (!plan.ok()) return FailWith(plan.status());
  absl::StatusOr<std::unique_ptr<SyncState>> state =
      SyncState::Open(plan->state, plan->subject);
  if (!state.ok()) return FailWith(state.status());
  const DeadLetters dead_letters(Concat(plan->state, "/dead-letters.ndjson"));
  Follower follower(*connection, options.audience, plan->destination, **state);
  SyncRun run(follower, **state, *plan->target, dead_letters, options.once);
  const auto stop = [&run] { run.Stop(); };
  signals->Start({stop, /*abandon=*/[] { std::_Exit(130); }, stop});
  const SyncRun::Outcome outcome = run.Run();
  signals.reset();  // waits for a handler that still stops the run
  PrintSummary(outcome, **state);
  if (!outcome.status.ok()) return FailWith(outcome.status);
  return outcome.refused > 0 ? ExitCode::kFailed : ExitCode::kOk;
}

}  // namespace

void AddSyncCommand(CLI::App& app, ConnectionOptions& where,
                    ExitCode& exit_code) {
  auto options = std::make_shared<SyncOptions>();
  CLI::App* command = app.add_subcommand(
      "sync", "Keep a folder or an HTTP endpoint following an audience.");
  AddSyncOptions(*command, *options);
  AddConnectionOptions(*command, where);
  command->footer(kSyncExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Sync(*options, where); });
}

}  // namespace audienced
