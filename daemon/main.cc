#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/config/invocation.h"
#include "daemon/daemon.h"
#include "daemon/logging/log.h"
#include "daemon/system/clock.h"
#include "daemon/system/open_files.h"
#include "daemon/system/plain_locks.h"
#include "daemon/system/service_notifier.h"
#include "daemon/system/signals.h"

namespace {

// sysexits: a service manager need not try again with the same configuration.
constexpr int kConfigurationError = 78;

// What cannot be set right by trying again is a fault of the configuration.
int ExitCodeOf(const absl::Status& status) {
  return absl::IsUnavailable(status) ? EXIT_FAILURE : kConfigurationError;
}

int Serve(const audienced::Settings& settings, audienced::Signals& signals,
          audienced::ServiceNotifier notifier) {
  absl::StatusOr<std::unique_ptr<audienced::Clock>> clock =
      audienced::OpenClock();
  if (!clock.ok()) {
    audienced::LogError("daemon", "no clock", {{"error", clock.status()}});
    return kConfigurationError;
  }
  audienced::Daemon daemon(settings, **clock, std::move(notifier));
  signals.Start({.stop = [&] { daemon.Stop(); },
                 .abandon = [] { std::_Exit(EXIT_FAILURE); },
                 .reload = [&] { daemon.ReloadRules(); }});
  const absl::Status started = daemon.Start();
  if (started.ok()) {
    daemon.RunUntilStopped();
  } else if (!absl::IsCancelled(started)) {
    audienced::LogError("daemon", "cannot start", {{"error", started}});
    return ExitCodeOf(started);
  }
  const absl::Status fault = daemon.fault();
  if (fault.ok()) return EXIT_SUCCESS;
  audienced::LogError("daemon", "a new start is needed", {{"error", fault}});
  return EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  audienced::Signals signals;  // before there are threads
  audienced::UsePlainLocks();
  audienced::AllowAllOpenFiles();
  audienced::ServiceNotifier notifier =
      audienced::ServiceNotifier::FromEnvironment();
  for (const std::string& line : audienced::MisspeltVariables(environ)) {
    std::fprintf(stderr, "audienced: warning: %s\n", line.c_str());
  }
  const absl::StatusOr<audienced::Invocation> invocation =
      audienced::ReadInvocation(std::vector<std::string>(argv + 1, argv + argc),
                                audienced::ProcessEnvironment,
                                AUDIENCED_VERSION);
  if (!invocation.ok()) {
    std::fputs(std::string(invocation.status().message()).c_str(), stderr);
    return kConfigurationError;
  }
  if (invocation->action == audienced::Invocation::Action::kPrint) {
    std::fputs(invocation->output.c_str(), stdout);
    return std::fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  }
  const audienced::Settings& settings = invocation->settings;
  audienced::StartLogging(settings.log_format, settings.log_level);
  return Serve(settings, signals, std::move(notifier));
}
