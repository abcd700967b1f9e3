#ifndef AUDIENCED_DAEMON_HTTP_HTTP_SERVER_H_
#define AUDIENCED_DAEMON_HTTP_HTTP_SERVER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/http/readiness.h"
#include "daemon/system/listen_address.h"

namespace httplib {
class Server;
}

namespace audienced {

// The operator's side door, for probes and for Prometheus:
//
//   /livez     200 as long as the process answers; asks nothing else
//   /healthz   the same, for those who look for this name
//   /readyz    200 or 503, and why (`?verbose`: every check)
//   /metrics   Prometheus text
//
// Only GET and HEAD; no body is ever read. It knows nothing of the daemon: what
// it answers comes from functions, which are called on its own threads, must be
// quick, and must stay valid until Stop() has returned. Waiting for connections
// costs nothing; each is closed after its answer.
class HttpServer {
 public:
  struct Options {
    // Loopback only, since there is no authentication here.
    ListenAddress listen;
    std::function<Readiness()> readiness;
    std::function<std::string()> metrics;
  };

  // Listens and serves. kInvalidArgument: not a loopback address. kUnavailable:
  // the address cannot be had; the message says which and why.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Options options);
  ~HttpServer();

  // The port that is served, also where any was asked for.
  int port() const { return port_; }

  // Ends serving; requests that have begun are answered first. Idempotent, not
  // thread-safe.
  void Stop();

 private:
  explicit HttpServer(Options options);
  void AddRoutes();
  absl::Status Listen();

  const Options options_;
  std::unique_ptr<httplib::Server> server_;
  int port_ = 0;
  std::atomic<bool> ended_{false};
  std::thread acceptor_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HTTP_HTTP_SERVER_H_
