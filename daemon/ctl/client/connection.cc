#include "daemon/ctl/client/connection.h"

#include <grpc/impl/codegen/grpc_types.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "daemon/ctl/above_zero.h"
#include "daemon/ctl/client/call_failure.h"
#include "daemon/system/listen_address.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kDefaultServer[] = "127.0.0.1:8450";
constexpr char kServerVariable[] = "AUDIENCED_SERVER";
// A daemon that is gone is noticed after the interval and the timeout. The
// daemon does not take pings more often than every 10 s.
constexpr int kPingIntervalMillis = 20'000;
constexpr int kPingTimeoutMillis = 20'000;
// Reconnecting is timed by the verbs.
constexpr int kReconnectMillis = 100;
constexpr int kReconnectLimitMillis = 1'000;

std::string ServerOf(const ConnectionOptions& options) {
  if (!options.server.empty()) return options.server;
  const char* variable = std::getenv(kServerVariable);
  return variable != nullptr && *variable != '\0' ? variable : kDefaultServer;
}

grpc::ChannelArguments ChannelSettings() {
  grpc::ChannelArguments settings;
  settings.SetUserAgentPrefix("audiencectl");
  settings.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kPingIntervalMillis);
  settings.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMillis);
  settings.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  settings.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillis);
  settings.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectLimitMillis);
  // The address is that of the daemon itself.
  settings.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return settings;
}

bool IsPort(const std::string& text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void AddConnectionOptions(CLI::App& app, ConnectionOptions& options) {
  app.add_option(
         "--server", options.server,
         "The daemon: 127.0.0.1:8450 (default), HOST:PORT or unix:/path; "
         "also from the environment, AUDIENCED_SERVER.")
      ->group("Connection");
  app.add_option("--timeout", options.timeout_seconds,
                 "Seconds to wait for an answer; default 60.")
      ->check(AboveZero())
      ->group("Connection");
  SecurityOptions& security = options.security;
  app.add_option("--token-file", security.token_file,
                 "A file that holds the token; else the environment does, "
                 "AUDIENCED_TOKEN.")
      ->group("Connection");
  app.add_flag("--tls", security.tls,
               "Speak TLS with this machine too; with others it is always "
               "spoken.")
      ->group("Connection");
  app.add_option("--tls-ca", security.tls_ca,
                 "PEM of the authority of the daemon's certificate; default: "
                 "those of the system. Also AUDIENCED_TLS_CA.")
      ->group("Connection");
  app.add_option("--tls-cert", security.tls_cert,
                 "PEM of a certificate to prove oneself by, instead of a "
                 "token. Also AUDIENCED_TLS_CERT.")
      ->group("Connection");
  app.add_option("--tls-key", security.tls_key,
                 "PEM of its key. Also AUDIENCED_TLS_KEY.")
      ->group("Connection");
}

absl::Status CheckServer(const std::string& server) {
  if (IsUnixSocket(server)) {
    if (!UnixSocketPath(server).empty()) return absl::OkStatus();
    return absl::InvalidArgumentError(
        Concat("the server ", Quoted(server),
               " names no file; write it as in unix:/run/audienced.sock"));
  }
  const size_t colon = server.rfind(':');
  if (colon != std::string::npos && colon > 0 &&
      IsPort(server.substr(colon + 1))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(Concat("the server ", Quoted(server),
                                           " has no port; write it as in ",
                                           kDefaultServer, " or unix:/path"));
}

absl::StatusOr<Connection> Connection::Open(const ConnectionOptions& options) {
  std::string server = ServerOf(options);
  if (absl::Status checked = CheckServer(server); !checked.ok()) return checked;
  // What gRPC says on stderr is said better by the errors of the calls.
  if (std::getenv("GRPC_VERBOSITY") == nullptr) {
    gpr_set_log_function([](gpr_log_func_args*) {});
  }
  const auto credentials = ChannelCredentials(options.security, server);
  if (!credentials.ok()) return credentials.status();
  absl::StatusOr<Interceptors> interceptors =
      TokenInterceptors(options.security);
  if (!interceptors.ok()) return interceptors.status();
  std::shared_ptr<grpc::Channel> channel =
      grpc::experimental::CreateCustomChannelWithInterceptors(
          server, *credentials, ChannelSettings(), *std::move(interceptors));
  return Connection(std::move(server), absl::Seconds(options.timeout_seconds),
                    std::move(channel));
}

Connection::Connection(std::string server, absl::Duration timeout,
                       std::shared_ptr<grpc::Channel> channel)
    : server_(std::move(server)),
      timeout_(timeout),
      channel_(std::move(channel)) {}

absl::Status Connection::StatusOf(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  const CallFailure failure = FailureOf(status);
  return absl::Status(failure.code, FailureText(failure, server_));
}

void Connection::SetDeadline(grpc::ClientContext& context,
                             absl::Duration timeout) const {
  const absl::Duration wait =
      timeout_ > absl::ZeroDuration() ? timeout_ : timeout;
  context.set_deadline(gpr_time_add(
      gpr_now(GPR_CLOCK_MONOTONIC),
      gpr_time_from_millis(absl::ToInt64Milliseconds(wait), GPR_TIMESPAN)));
}

}  // namespace audienced
