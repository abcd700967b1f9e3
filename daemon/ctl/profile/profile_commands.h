#ifndef AUDIENCED_DAEMON_CTL_PROFILE_PROFILE_COMMANDS_H_
#define AUDIENCED_DAEMON_CTL_PROFILE_PROFILE_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "audienced/v1/profile_service.grpc.pb.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"

// The verbs of `audiencectl profile`: one function each, in a file of its name.

namespace audienced {

struct ProfileOptions {
  std::string profile;
  std::string into;  // of merge
  std::string output = "text";
  bool yes = false;  // of erase
  int limit = 20;    // of show: events
};

// The daemon, and what of it is asked here.
struct ProfileClient {
  const Connection& connection;
  v1::ProfileService::Stub& stub;
};

// The one profile that `name` means, as in MeaningsOf(). Also one that was
// erased. NOT_FOUND and INVALID_ARGUMENT as ResolveProfile().
absl::StatusOr<v1::ProfileReference> FindProfile(const ProfileClient& client,
                                                 const std::string& name);

ExitCode ShowProfile(const ProfileOptions& options,
                     const ProfileClient& client);
ExitCode ExportProfile(const ProfileOptions& options,
                       const ProfileClient& client);
ExitCode EraseProfile(const ProfileOptions& options,
                      const ProfileClient& client);
ExitCode MergeProfiles(const ProfileOptions& options,
                       const ProfileClient& client);
ExitCode UnmergeProfiles(const ProfileOptions& options,
                         const ProfileClient& client);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_PROFILE_PROFILE_COMMANDS_H_
