#ifndef AUDIENCED_DAEMON_SERVICE_STARTING_SERVER_H_
#define AUDIENCED_DAEMON_SERVICE_STARTING_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/service/listener.h"

namespace audienced {

// The gRPC side of the daemon while it starts: health is NOT_SERVING, and every
// call, of whatever service, is answered with UNAVAILABLE and STARTING.
// Thread-safe.
class StartingServer {
 public:
  // Serves at the addresses as Server would, and fails as it does. `progress`
  // tells, for the message, how far the start is; it is called on threads of
  // gRPC and stays valid until the server is gone.
  static absl::StatusOr<std::unique_ptr<StartingServer>> Start(
      const ListenOptions& options, std::function<std::string()> progress);
  // Frees the addresses and closes the connections; clients connect again.
  ~StartingServer();

  // As given to Start(), port 0 replaced by the real one.
  const std::vector<std::string>& addresses() const;

 private:
  struct Parts;
  explicit StartingServer(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_STARTING_SERVER_H_
