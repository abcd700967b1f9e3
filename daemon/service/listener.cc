#include "daemon/service/listener.h"

#include <google/protobuf/stubs/logging.h>
#include <grpc/impl/codegen/grpc_types.h>
#include <grpc/support/log.h>

#include <mutex>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "daemon/logging/log.h"
#include "daemon/system/listen_address.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"

namespace audienced {
namespace {

// A batch of 1000 events of 4 KiB; proto comments name it.
constexpr int kMessageLimitBytes = 4 << 20;
constexpr int kCallsPerConnectionLimit = 1000;
// A peer that is gone is noticed after the interval and the timeout.
constexpr int kPingIntervalMillis = 60'000;
constexpr int kPingTimeoutMillis = 20'000;
// Watchers may ping this often, also while no call runs.
constexpr int kClientPingIntervalMillis = 10'000;

// What gRPC says in its log, and nowhere else, of an address that it gives up.
constexpr char kGivesUp[] = "Failed accept";

// Whom to tell of it. The log does not say whose address it is; a process has
// one listener.
struct Deafness {
  absl::Mutex mutex;
  std::function<void()> tell ABSL_GUARDED_BY(mutex);
};
Deafness& TheDeafness() {
  static auto* const deafness = new Deafness;
  return *deafness;
}

void TellOfDeafness(std::function<void()> tell) {
  Deafness& deafness = TheDeafness();
  const absl::MutexLock lock(&deafness.mutex);
  deafness.tell = std::move(tell);
}

void TakeLogLine(std::string_view text) {
  LogWarning("grpc", "the gRPC library reports an error", {{"text", text}});
  if (text.find(kGivesUp) == std::string_view::npos) return;
  Deafness& deafness = TheDeafness();
  const absl::MutexLock lock(&deafness.mutex);
  if (deafness.tell) deafness.tell();
}

// gRPC and protobuf write to standard error by themselves; from here on their
// words go to our log, and protobuf's, which repeat what a client sent wrong,
// nowhere.
void TakeOverLogs() {
  static std::once_flag once;
  std::call_once(once, [] {
    google::protobuf::SetLogHandler(nullptr);
    gpr_set_log_function([](gpr_log_func_args* args) {
      if (args->severity == GPR_LOG_SEVERITY_ERROR) TakeLogLine(args->message);
    });
    // Must be set before a server is built.
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMessageLimitBytes);
  // Two daemons on one port would share its connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kCallsPerConnectionLimit);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kPingIntervalMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingTimeoutMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kClientPingIntervalMillis);
}

// `address` with the port that the system chose for port 0.
std::string BoundAddress(const std::string& address, int port) {
  if (IsUnixSocket(address)) return address;
  absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return address;
  parsed->port = port;
  return ListenAddressText(*parsed);
}

// In plain where only this machine can connect, else by TLS.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsAt(
    const std::string& address, const std::optional<TlsFiles>& tls) {
  const absl::StatusOr<bool> is_local = IsLocalAddress(address);
  if (!is_local.ok()) return is_local.status();
  if (*is_local) return grpc::InsecureServerCredentials();
  if (tls) return TlsCredentials(*tls);
  return absl::InvalidArgumentError(absl::StrCat(
      "'", address,
      "' can be reached from other machines; set tls_certificate and tls_key, "
      "or listen on the loopback ('127.0.0.1:8450') or on a unix socket "
      "('unix:/path')"));
}

}  // namespace

absl::StatusOr<bool> IsLocalAddress(const std::string& address) {
  if (IsUnixSocket(address)) {
    if (!UnixSocketPath(address).empty()) return true;
    return absl::InvalidArgumentError(
        absl::StrCat("'", address, "' names no file; write 'unix:/path'"));
  }
  const absl::StatusOr<ListenAddress> parsed = ParseListenAddress(address);
  if (!parsed.ok()) return parsed.status();
  return parsed->IsLoopback();
}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Open(
    const ListenOptions& options, const std::vector<grpc::Service*>& services) {
  TakeOverLogs();
  const std::vector<std::string>& addresses = options.addresses;
  if (addresses.empty()) {
    return absl::InvalidArgumentError("there is no address to listen on");
  }
  grpc::ServerBuilder builder;
  for (grpc::Service* service : services) builder.RegisterService(service);
  SetLimits(builder);
  Credentials all_credentials;
  std::vector<int> ports(addresses.size(), 0);
  for (size_t i = 0; i < addresses.size(); ++i) {
    const auto credentials = CredentialsAt(addresses[i], options.tls);
    if (!credentials.ok()) return credentials.status();
    builder.AddListeningPort(addresses[i], *credentials, &ports[i]);
    all_credentials.push_back(*credentials);
  }
  TellOfDeafness(options.deaf);  // before the first connection can come
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) TellOfDeafness({});

  std::vector<std::string> bound;
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (server == nullptr && ports[i] != 0) continue;
    if (ports[i] == 0) {
      return absl::UnavailableError(
          absl::StrCat("cannot listen on '", addresses[i],
                       "'; is another process listening there?"));
    }
    bound.push_back(BoundAddress(addresses[i], ports[i]));
  }
  if (server == nullptr) {
    return absl::InternalError("the gRPC server does not start");
  }
  std::unique_ptr<Listener> listener(new Listener(
      std::move(all_credentials), std::move(server), std::move(bound)));
  listener->SetServing(false);
  return listener;
}

Listener::Listener(Credentials credentials,
                   std::unique_ptr<grpc::Server> server,
                   std::vector<std::string> addresses)
    : credentials_(std::move(credentials)),
      server_(std::move(server)),
      addresses_(std::move(addresses)) {}

Listener::~Listener() {
  Shutdown(absl::ZeroDuration());
  TellOfDeafness({});
}

void Listener::SetServing(bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(serving);
}

void Listener::Shutdown(absl::Duration grace) {
  SetServing(false);
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
  server_->Wait();
}

}  // namespace audienced
