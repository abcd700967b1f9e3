#ifndef AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_H_
#define AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/cluster/command.h"

namespace audienced {

// A cluster of PostgreSQL in a folder: made, started and stopped with the
// installed programs, as the user that it belongs to. All that is written to
// the folder is written by that user. Not thread-safe.
class Cluster {
 public:
  // The cluster in `folder`, an absolute path, which need not exist yet.
  // kFailedPrecondition where PostgreSQL is not installed in the version that
  // the cluster was made by, or the path cannot be used.
  static absl::StatusOr<Cluster> Find(const std::string& folder,
                                      const UnixUser& user);

  // Makes the cluster where there is none: UTF-8, order of the bytes,
  // checksums, superuser `audienced`. A half-made one is made anew.
  absl::Status CreateIfMissing();

  // Whether a server runs on it. One that is starting or stopping does.
  bool IsRunning() const;

  // Writes its settings and starts the server; returns when it answers.
  absl::Status Start();
  // Rolls open transactions back and stops the server, if one runs.
  absl::Status Stop();

  // Keywords for libpq that lead to `database` there.
  std::string Url(const std::string& database) const;

 private:
  Cluster(std::string folder, UnixUser user, std::string programs);

  // Runs a program of PostgreSQL.
  absl::StatusOr<CommandResult> Run(std::vector<std::string> arguments) const;
  // Adds `text` to the file `path`.
  absl::Status WriteTo(const std::string& path, const std::string& text) const;
  // Makes `text` all that the file `name` of the folder has.
  absl::Status Replace(const std::string& name, const std::string& text) const;
  absl::Status WriteSettings();
  std::string SocketFolder() const;
  absl::Status PrepareSocketFolder();
  void RemoveForeignSocketLock();
  std::string PathOf(const std::string& name) const;

  std::string folder_;
  UnixUser user_;
  std::string programs_;  // folder of initdb, pg_ctl, postgres
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_H_
