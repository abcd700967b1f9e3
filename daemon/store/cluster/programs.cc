#include "daemon/store/cluster/programs.h"

#include <glob.h>
#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

constexpr int kOldestVersion = 14;

// Where distributions put them: Debian, Red Hat, the sources.
constexpr const char* kPlaces[] = {"/usr/lib/postgresql/*/bin",
                                   "/usr/pgsql-*/bin", "/usr/local/pgsql/bin"};

std::vector<std::string> Candidates(const UnixUser& user) {
  std::vector<std::string> folders;
  for (const char* place : kPlaces) {
    glob_t found = {};
    if (glob(place, 0, nullptr, &found) == 0) {
      folders.insert(folders.end(), found.gl_pathv,
                     found.gl_pathv + found.gl_pathc);
    }
    globfree(&found);
  }
  const absl::StatusOr<CommandResult> told =
      RunCommand({"pg_config", "--bindir"}, user);
  if (told.ok() && told->exit_code == 0) folders.push_back(told->output);
  return folders;
}

// The major version of the programs in `folder`; 0 where they are not complete.
int MajorVersion(const std::string& folder, const UnixUser& user) {
  for (const char* name : {"/initdb", "/pg_ctl", "/postgres"}) {
    if (access((folder + name).c_str(), X_OK) != 0) return 0;
  }
  // `postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)`
  const absl::StatusOr<CommandResult> told =
      RunCommand({folder + "/postgres", "--version"}, user);
  if (!told.ok() || told->exit_code != 0) return 0;
  const size_t digit = told->output.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : std::atoi(&told->output[digit]);
}

}  // namespace

absl::StatusOr<std::string> FindPrograms(const std::string& version,
                                         const UnixUser& user) {
  const int wanted = std::atoi(version.c_str());
  int best_version = 0;
  std::string best;
  for (const std::string& folder : Candidates(user)) {
    const int major = MajorVersion(folder, user);
    if (major < kOldestVersion || (wanted != 0 && major != wanted)) continue;
    if (major > best_version) {
      best_version = major;
      best = folder;
    }
  }
  if (!best.empty()) return best;
  if (wanted != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the data folder was made by PostgreSQL ", wanted,
        ", which is not installed; install the package postgresql-", wanted));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "PostgreSQL ", kOldestVersion,
      " or newer is not installed; install the package postgresql, or name an "
      "existing database"));
}

}  // namespace audienced
