#ifndef AUDIENCED_DAEMON_SERVICE_LISTENER_H_
#define AUDIENCED_DAEMON_SERVICE_LISTENER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/service/tls_credentials.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace audienced {

// Where to listen, and how.
struct ListenOptions {
  // `unix:/path/of/socket`, or `host:port`; at least one. Those that only this
  // machine can connect to are served in plain, the others by TLS.
  std::vector<std::string> addresses;
  std::optional<TlsFiles> tls = {};
  // Called, on a thread of gRPC, when an address is not listened to any more:
  // gRPC ends that for good where it once cannot take a connection, as when
  // there are too many open files. Those who are connected stay so.
  std::function<void()> deaf = [] {};
};

// Whether only this machine can connect to `address`. INVALID_ARGUMENT where it
// has not the form of an address.
absl::StatusOr<bool> IsLocalAddress(const std::string& address);

// The gRPC server around a set of services: addresses, health, reflection,
// bounds of messages and connections. Health starts as NOT_SERVING.
// Thread-safe.
class Listener {
 public:
  // Serves at all addresses or fails: INVALID_ARGUMENT for an address that may
  // not be served, as it is open to other machines and there is no TLS, and for
  // a certificate that is no good; UNAVAILABLE for an address that is taken.
  // The services must outlive the listener.
  static absl::StatusOr<std::unique_ptr<Listener>> Open(
      const ListenOptions& options,
      const std::vector<grpc::Service*>& services);

  // Shuts down at once where Shutdown() was not called.
  ~Listener();

  // As given to Open(), port 0 replaced by the port that was taken.
  const std::vector<std::string>& addresses() const { return addresses_; }

  // What health checks answer, for the whole server and each service.
  void SetServing(bool serving);

  // Takes no more calls, waits up to `grace` for those that run, then cancels
  // them. Returns when the last one has ended.
  void Shutdown(absl::Duration grace);

 private:
  using Credentials = std::vector<std::shared_ptr<grpc::ServerCredentials>>;
  Listener(Credentials credentials, std::unique_ptr<grpc::Server> server,
           std::vector<std::string> addresses);

  const Credentials credentials_;  // the server asks them
  const std::unique_ptr<grpc::Server> server_;
  const std::vector<std::string> addresses_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_LISTENER_H_
