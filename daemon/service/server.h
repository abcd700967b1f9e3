#ifndef AUDIENCED_DAEMON_SERVICE_SERVER_H_
#define AUDIENCED_DAEMON_SERVICE_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/service/listener.h"
#include "daemon/service/query/status_query.h"
#include "daemon/service/stages.h"

namespace audienced {

// The gRPC side of the daemon: all services, health and reflection, on the
// addresses that were asked for. Thread-safe.
class Server {
 public:
  struct Options {
    ListenOptions listen;
    int64_t event_limit_bytes = 64 << 10;
    int64_t batch_event_limit = 1000;
    int64_t watcher_limit = 1000;
    absl::Duration checkpoint_interval = absl::Seconds(30);
    ProcessFacts process;
  };

  // Listens from here on, and refuses calls with STARTING. Fails as
  // Listener::Open(). `progress` tells how far the start is; it is called on
  // threads of gRPC and stays valid until the server is gone.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const Options& options, std::function<std::string()> progress);

  // Answers calls from here on. Once. What `stages` refers to outlives the
  // server.
  void Open(const Stages& stages);

  // As after Shutdown(zero).
  ~Server();

  // What clients connect to: the addresses, port 0 replaced by the real one.
  const std::vector<std::string>& addresses() const;

  // What health checks answer; not serving at first.
  void SetServing(bool serving);

  // How many watches are open.
  int64_t watcher_count() const;
  // How many of them read the log in the database.
  int64_t log_watcher_count() const;

  // Ends the watches and, once what they have in work is acknowledged, the
  // streams of events; takes no more calls, and waits up to `grace` for those
  // under way. The pipeline must still run. One that was never opened just
  // ends.
  void Shutdown(absl::Duration grace);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_SERVER_H_
