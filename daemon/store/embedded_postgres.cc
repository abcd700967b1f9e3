#include "daemon/store/embedded_postgres.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/store/cluster/cluster.h"
#include "daemon/store/cluster/cluster_user.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/postgres/session_owner.h"

namespace audienced {
namespace {

constexpr char kDatabase[] = "audienced";

// How long a server that was found starting or stopping is waited for.
constexpr absl::Duration kPause = absl::Milliseconds(100);
constexpr int kAttempts = 1200;

}  // namespace

absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> EmbeddedPostgres::Start(
    const std::string& folder) {
  std::error_code error;
  const std::filesystem::path path =
      std::filesystem::absolute(folder, error).lexically_normal();
  std::filesystem::create_directories(path, error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot make the data folder ", path.string(), ": ", error.message()));
  }
  std::unique_ptr<EmbeddedPostgres> server(new EmbeddedPostgres(path.string()));
  absl::Status status = server->LockFolder();
  if (!status.ok()) return status;

  const std::string cluster_folder = (path / "postgres").string();
  absl::StatusOr<UnixUser> user = ChooseClusterUser(cluster_folder);
  if (!user.ok()) return user.status();
  status = LetEnter(server->folder_, *user);
  if (!status.ok()) return status;
  absl::StatusOr<Cluster> cluster = Cluster::Find(cluster_folder, *user);
  if (!cluster.ok()) return cluster.status();
  server->cluster_ = std::make_unique<Cluster>(*std::move(cluster));
  status = server->cluster_->CreateIfMissing();
  if (status.ok()) status = server->EnsureRunning();
  if (!status.ok()) return status;
  return server;
}

EmbeddedPostgres::EmbeddedPostgres(std::string folder)
    : folder_(std::move(folder)) {}

EmbeddedPostgres::~EmbeddedPostgres() {
  Stop().IgnoreError();
  if (lock_file_ >= 0) close(lock_file_);
}

absl::Status EmbeddedPostgres::EnsureRunning() {
  running_ = true;  // from here on it is ours to stop
  absl::Status status = absl::OkStatus();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (!cluster_->IsRunning()) {
      status = cluster_->Start();
      if (!status.ok()) return status;
    }
    status = MakeDatabase();
    if (!absl::IsUnavailable(status)) break;
    absl::SleepFor(kPause);
  }
  if (status.ok()) url_ = cluster_->Url(kDatabase);
  return status;
}

absl::Status EmbeddedPostgres::Stop() {
  if (!running_) return absl::OkStatus();
  absl::Status status = cluster_->Stop();
  running_ = !status.ok();
  return status;
}

absl::Status EmbeddedPostgres::LockFolder() {
  const std::string path = absl::StrCat(folder_, "/audienced.lock");
  lock_file_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                    S_IRUSR | S_IWUSR);
  if (lock_file_ < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot write to the data folder ", folder_, ": ",
                     std::error_code(errno, std::system_category()).message(),
                     "; start audienced as its owner"));
  }
  if (flock(lock_file_, LOCK_EX | LOCK_NB) != 0) {
    char owner[128] = "";
    const ssize_t size = pread(lock_file_, owner, sizeof(owner) - 1, 0);
    return absl::FailedPreconditionError(absl::StrCat(
        "the data folder ", folder_, " is in use by ",
        std::string(owner, size > 0 ? static_cast<size_t>(size) : 0),
        "; stop it or use another folder"));
  }
  const std::string self = SessionOwner::Own().ToText();
  if (ftruncate(lock_file_, 0) != 0 ||
      pwrite(lock_file_, self.data(), self.size(), 0) < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

absl::Status EmbeddedPostgres::MakeDatabase() {
  absl::StatusOr<std::unique_ptr<DatabaseConnection>> connection =
      DatabaseConnection::Open(cluster_->Url("postgres"));
  if (!connection.ok()) return connection.status();
  return CatchDatabaseErrors([&] {
    const std::string condition = absl::StrCat("datname = '", kDatabase, "'");
    if ((*connection)
            ->Query("SELECT FROM pg_database WHERE " + condition)
            .empty()) {
      (*connection)->Query(absl::StrCat("CREATE DATABASE ", kDatabase));
    }
    return absl::OkStatus();
  });
}

}  // namespace audienced
