#ifndef AUDIENCED_DAEMON_STORE_EMBEDDED_POSTGRES_H_
#define AUDIENCED_DAEMON_STORE_EMBEDDED_POSTGRES_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace audienced {

class Cluster;

// A private PostgreSQL that the daemon owns: its cluster lies in a folder, it
// listens on a unix socket only, which lies in that folder (or, where the path
// is too long for a socket, in a private one under /tmp), and it ends with its
// owner. Started by root, it runs as the unprivileged user `postgres`.
//
// After `kill -9` of the daemon the postmaster may live on: the next Start() on
// the folder adopts it. Not thread-safe.
class EmbeddedPostgres {
 public:
  // Makes the cluster in `folder`/postgres where there is none, starts it, or
  // adopts the one that runs, and makes the database `audienced`.
  // kFailedPrecondition: PostgreSQL is not installed, the folder belongs to
  // someone else or cannot be reached, or another daemon runs on it, whose
  // server is left alone; the message says what to do.
  static absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> Start(
      const std::string& folder);
  // Stops it (fast shutdown: open transactions are rolled back).
  ~EmbeddedPostgres();

  // How to connect to the database `audienced`.
  const std::string& url() const { return url_; }

  // Starts the server again if it has died. Waits until it answers.
  absl::Status EnsureRunning();

  absl::Status Stop();

 private:
  explicit EmbeddedPostgres(std::string folder);

  // Keeps other daemons off the folder, as long as this process lives.
  absl::Status LockFolder();
  // Waits until the server answers and makes the database where it is missing.
  absl::Status MakeDatabase();

  const std::string folder_;
  std::string url_;
  int lock_file_ = -1;
  std::unique_ptr<Cluster> cluster_;
  bool running_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_EMBEDDED_POSTGRES_H_
