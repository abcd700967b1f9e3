#include "daemon/store/cluster/cluster.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/store/cluster/programs.h"
#include "daemon/system/read_file.h"

namespace audienced {
namespace {

constexpr char kSuperuser[] = "audienced";

// The address of a unix socket has 108 bytes with its final zero.
constexpr size_t kSocketPathLimit = 107;
constexpr char kSocketName[] = "/.s.PGSQL.5432";
constexpr char kSocketLockName[] = ".s.PGSQL.5432.lock";

constexpr char kSettings[] =
    R"(# Written by audienced at each start; yours go into custom.conf.
listen_addresses = ''
port = 5432
unix_socket_permissions = 0700
max_connections = 40
max_wal_size = 2GB
checkpoint_timeout = 15min
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
# One file a day of the week, so that the log stays bounded.
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_checkpoints = off
# The details of an error and its statement have personal data.
log_error_verbosity = terse
log_min_error_statement = panic
)";

// A server that died leaves processes behind for a moment, and the next one
// cannot start before they are gone.
constexpr int kStartAttempts = 5;
constexpr absl::Duration kStartPause = absl::Seconds(1);

// Empty where it cannot be read.
std::string TextIn(const std::string& path) {
  return ReadFile(path).value_or("");
}

std::string LastLines(const std::string& path) {
  constexpr size_t kBytes = 600;
  const std::string text = TextIn(path);
  return text.substr(text.size() - std::min(text.size(), kBytes));
}

// An eighth of the memory, within bounds, in megabytes.
int64_t SharedBuffersMegabytes() {
  const int64_t memory_bytes =
      int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return std::clamp<int64_t>(memory_bytes / 8 >> 20, 64, 1024);
}

// Whether a folder can stand in a list of socket folders, of the server and of
// libpq, and leaves room for the name of the socket.
bool CanHoldSocket(const std::string& folder) {
  return folder.size() + sizeof(kSocketName) - 1 <= kSocketPathLimit &&
         folder.find_first_of(",'\\\n") == std::string::npos;
}

bool IsPrivate(const std::string& folder, uid_t owner) {
  struct stat info;
  return lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         info.st_uid == owner && (info.st_mode & 0777) == S_IRWXU;
}

absl::Status Failure(const std::string& what, const std::string& why) {
  return absl::InternalError(absl::StrCat("cannot ", what, ": ", why));
}

// What came of a command that was to do `what`.
absl::Status Outcome(const std::string& what,
                     const absl::StatusOr<CommandResult>& result) {
  if (!result.ok()) return result.status();
  return result->exit_code == 0 ? absl::OkStatus()
                                : Failure(what, result->output);
}

// Brings everything that was written near `path` to the disk.
absl::Status FlushFileSystem(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool flushed = file >= 0 && syncfs(file) == 0;
  const int error = errno;
  if (file >= 0) close(file);
  return flushed ? absl::OkStatus()
                 : absl::ErrnoToStatus(error, "cannot flush " + path);
}

}  // namespace

Cluster::Cluster(std::string folder, UnixUser user, std::string programs)
    : folder_(std::move(folder)),
      user_(std::move(user)),
      programs_(std::move(programs)) {}

absl::StatusOr<Cluster> Cluster::Find(const std::string& folder,
                                      const UnixUser& user) {
  // pg_ctl hands the path to a shell between double quotes.
  if (folder.find_first_of("\"$`\\\n") != std::string::npos) {
    return absl::FailedPreconditionError(
        "the path of the data folder has a quote, dollar, backslash or line "
        "break, which PostgreSQL cannot start with; use another folder");
  }
  absl::StatusOr<std::string> programs =
      FindPrograms(TextIn(folder + "/PG_VERSION"), user);
  if (!programs.ok()) return programs.status();
  return Cluster(folder, user, *std::move(programs));
}

absl::Status Cluster::CreateIfMissing() {
  if (std::filesystem::exists(PathOf("PG_VERSION"))) return absl::OkStatus();
  // Made beside its place, so that what has the name is whole.
  const std::string made = folder_ + ".new";
  std::error_code error;
  std::filesystem::remove_all(made, error);
  if (mkdir(made.c_str(), S_IRWXU) != 0 ||
      (geteuid() == 0 && chown(made.c_str(), user_.uid, user_.gid) != 0)) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make ", made));
  }
  absl::Status status = Outcome(
      "run initdb", Run({"initdb", "-D", made, "-U", kSuperuser, "--auth=trust",
                         "--encoding=UTF8", "--locale=C", "--data-checksums",
                         "--no-instructions", "--no-sync"}));
  if (status.ok()) {
    status = WriteTo(
        made + "/postgresql.conf",
        "include 'audienced.conf'  # written by audienced at each start\n"
        "include_if_exists 'custom.conf'  # yours; it has the last word\n");
  }
  // One flush of the file system is faster than initdb's one for each file.
  if (status.ok()) status = FlushFileSystem(made);
  if (!status.ok()) return status;
  std::filesystem::rename(made, folder_, error);
  if (error) return Failure("name the new cluster", error.message());
  return FlushFileSystem(folder_);
}

bool Cluster::IsRunning() const {
  const absl::StatusOr<CommandResult> result =
      Run({"pg_ctl", "status", "-D", folder_});
  return result.ok() && result->exit_code == 0;
}

absl::Status Cluster::Start() {
  RemoveForeignSocketLock();
  absl::Status status = WriteSettings();
  if (!status.ok()) return status;
  for (int attempt = 1;; ++attempt) {
    absl::StatusOr<CommandResult> result =
        Run({"pg_ctl", "start", "-w", "-t", "300", "-D", folder_, "-l",
             PathOf("start.log")});
    status = Outcome("start PostgreSQL", result);
    if (status.ok() || !result.ok()) return status;
    if (attempt == kStartAttempts) {
      return absl::InternalError(absl::StrCat(
          std::string(status.message()), "\n", LastLines(PathOf("start.log"))));
    }
    absl::SleepFor(kStartPause);
  }
}

absl::Status Cluster::Stop() {
  if (!IsRunning()) return absl::OkStatus();
  absl::Status status = Outcome(
      "stop PostgreSQL",
      Run({"pg_ctl", "stop", "-w", "-t", "120", "-m", "fast", "-D", folder_}));
  return IsRunning() ? status : absl::OkStatus();
}

std::string Cluster::Url(const std::string& database) const {
  return absl::StrCat("host='", SocketFolder(), "' port=5432 user=", kSuperuser,
                      " dbname=", database);
}

absl::StatusOr<CommandResult> Cluster::Run(
    std::vector<std::string> arguments) const {
  arguments[0] = absl::StrCat(programs_, "/", arguments[0]);
  return RunCommand(arguments, user_);
}

absl::Status Cluster::WriteTo(const std::string& path,
                              const std::string& text) const {
  return Outcome(
      "write " + path,
      RunCommand({"sh", "-c", "printf '%s' \"$2\" >> \"$1\"", "sh", path, text},
                 user_));
}

absl::Status Cluster::Replace(const std::string& name,
                              const std::string& text) const {
  const std::string written = PathOf(name + ".new");
  std::error_code error;
  std::filesystem::remove(written, error);
  absl::Status status = WriteTo(written, text);
  if (!status.ok()) return status;
  std::filesystem::rename(written, PathOf(name), error);
  return error ? Failure("replace " + name, error.message()) : absl::OkStatus();
}

absl::Status Cluster::WriteSettings() {
  absl::Status status = PrepareSocketFolder();
  if (!status.ok()) return status;
  const std::string basic =
      absl::StrCat(kSettings, "unix_socket_directories = '", SocketFolder(),
                   "'\nshared_buffers = ", SharedBuffersMegabytes(), "MB\n");
  status = Replace("audienced.conf", basic);
  if (!status.ok()) return status;
  absl::StatusOr<CommandResult> result =
      Run({"postgres", "-D", folder_, "-C", "wal_compression", "-c",
           "wal_compression=lz4"});
  const bool has_lz4 = result.ok() && result->exit_code == 0;
  return Replace(
      "audienced.conf",
      absl::StrCat(basic, "wal_compression = ", has_lz4 ? "lz4" : "on", "\n"));
}

// The folder of the cluster itself, or where its path is too long, a private
// one with a short path, remembered in the file socket_folder.
std::string Cluster::SocketFolder() const {
  return CanHoldSocket(folder_) ? folder_ : TextIn(PathOf("socket_folder"));
}

absl::Status Cluster::PrepareSocketFolder() {
  if (CanHoldSocket(folder_) || IsPrivate(SocketFolder(), user_.uid)) {
    return absl::OkStatus();
  }
  absl::StatusOr<CommandResult> result =
      RunCommand({"mktemp", "-d", "/tmp/audienced-XXXXXX"}, user_);
  absl::Status status = Outcome("make a folder for the socket", result);
  if (!status.ok()) return status;
  return Replace("socket_folder", result->output);
}

// A base backup brings the lock of the socket along, as a file that names the
// cluster it was made of; while that one runs, PostgreSQL would take it for one
// that is in its way.
void Cluster::RemoveForeignSocketLock() {
  const std::string path = PathOf(kSocketLockName);
  std::ifstream lock(path);
  std::string process;
  std::string data_folder;
  if (!std::getline(lock, process) || !std::getline(lock, data_folder) ||
      data_folder == folder_) {
    return;
  }
  std::error_code error;
  std::filesystem::remove(path, error);
}

std::string Cluster::PathOf(const std::string& name) const {
  return absl::StrCat(folder_, "/", name);
}

}  // namespace audienced
