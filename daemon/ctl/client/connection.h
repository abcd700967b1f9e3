#ifndef AUDIENCED_DAEMON_CTL_CLIENT_CONNECTION_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_CONNECTION_H_

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/ctl/client/channel_security.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace audienced {

// Where the daemon is, as the command line says it.
struct ConnectionOptions {
  std::string server;          // empty: AUDIENCED_SERVER, else the default
  double timeout_seconds = 0;  // 0: as long as the verb thinks right
  SecurityOptions security;
};

// Adds --server, --timeout, and those of SecurityOptions. Both `app` and a verb
// may have them: what stands behind the verb counts. `options` outlives the
// run.
void AddConnectionOptions(CLI::App& app, ConnectionOptions& options);

// OK where `server` can be an address: `127.0.0.1:8450`, `[::1]:8450`,
// `localhost:8450`, `unix:/path`.
absl::Status CheckServer(const std::string& server);

// The way to one daemon. Connects with the first call. Thread-safe.
class Connection {
 public:
  // INVALID_ARGUMENT where the address has no such form, and where a file of
  // the options is no good.
  static absl::StatusOr<Connection> Open(const ConnectionOptions& options);

  const std::string& server() const { return server_; }
  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Makes one call and waits for its answer, at most as long as --timeout, else
  // `timeout`. An error is one line for people.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(Stub& stub,
                    grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                 const Request&, Response*),
                    const Request& request, Response& response,
                    absl::Duration timeout = absl::Seconds(60)) const {
    grpc::ClientContext context;
    SetDeadline(context, timeout);
    return StatusOf((stub.*method)(&context, request, &response));
  }

  // The same for a call that is made otherwise: before it, and of its end.
  void SetDeadline(grpc::ClientContext& context, absl::Duration timeout) const;
  absl::Status StatusOf(const grpc::Status& status) const;

 private:
  Connection(std::string server, absl::Duration timeout,
             std::shared_ptr<grpc::Channel> channel);

  std::string server_;
  absl::Duration timeout_;  // zero: that of the call
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_CONNECTION_H_
