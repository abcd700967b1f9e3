#include "daemon/store/cluster/cluster_user.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

constexpr char kDefaultName[] = "postgres";

std::optional<UnixUser> ToUser(const passwd* entry) {
  if (entry == nullptr) return std::nullopt;
  return UnixUser{entry->pw_uid, entry->pw_gid, entry->pw_name};
}

std::optional<UnixUser> FindUser(uid_t uid) { return ToUser(getpwuid(uid)); }

std::string NameOf(uid_t uid) {
  const std::optional<UnixUser> user = FindUser(uid);
  return user ? user->name : absl::StrCat("with number ", uid);
}

absl::StatusOr<bool> CanEnter(const std::string& folder, const UnixUser& user) {
  absl::StatusOr<CommandResult> result =
      RunCommand({"sh", "-c", "cd \"$1\"", "sh", folder}, user);
  if (!result.ok()) return result.status();
  return result->exit_code == 0;
}

}  // namespace

absl::StatusOr<UnixUser> ChooseClusterUser(const std::string& cluster_folder) {
  struct stat info;
  const bool exists = stat(cluster_folder.c_str(), &info) == 0;
  if (geteuid() != 0) {
    if (exists && info.st_uid != geteuid()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the folder ", cluster_folder, " belongs to the user ",
          NameOf(info.st_uid), "; start audienced as that user or as root"));
    }
    return UnixUser{geteuid(), getegid(), NameOf(geteuid())};
  }
  if (exists && info.st_uid != 0) {
    const std::optional<UnixUser> owner = FindUser(info.st_uid);
    return owner ? *owner
                 : UnixUser{info.st_uid, info.st_gid, NameOf(info.st_uid)};
  }
  const std::optional<UnixUser> user = ToUser(getpwnam(kDefaultName));
  if (!user) {
    return absl::FailedPreconditionError(
        "PostgreSQL refuses to run as root and there is no user postgres; "
        "install the package postgresql, or start audienced as another user");
  }
  return *user;
}

absl::Status LetEnter(const std::string& folder, const UnixUser& user) {
  if (geteuid() != 0) return absl::OkStatus();  // it has just been made
  std::filesystem::path path;
  for (const auto& part : std::filesystem::path(folder)) {
    path /= part;
    absl::StatusOr<bool> can_enter = CanEnter(path, user);
    if (!can_enter.ok()) return can_enter.status();
    if (*can_enter) continue;
    struct stat info;
    const bool is_ours = path == folder && stat(folder.c_str(), &info) == 0 &&
                         info.st_uid == geteuid() &&
                         (info.st_mode & S_IRWXG) == 0;
    if (is_ours && chown(folder.c_str(), info.st_uid, user.gid) == 0 &&
        chmod(folder.c_str(), info.st_mode | S_IXGRP) == 0) {
      continue;
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "PostgreSQL runs as the user ", user.name, ", who cannot enter ",
        path.string(), "; use a folder elsewhere, such as /var/lib/audienced, ",
        "or let everyone enter with: chmod o+x '", path.string(), "'"));
  }
  return absl::OkStatus();
}

}  // namespace audienced
