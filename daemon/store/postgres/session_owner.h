#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_OWNER_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_OWNER_H_

#include <optional>
#include <string>

namespace audienced {

// A process of audienced, as it can be told by those that find it in their way.
struct SessionOwner {
  std::string host;  // at most 40 bytes of its name
  int pid = 0;

  static SessionOwner Own();
  // Absent where `application_name` is not one of ours.
  static std::optional<SessionOwner> Parse(const std::string& application_name);

  // `audienced HOST PID`: how its sessions show in pg_stat_activity.
  std::string ApplicationName() const;
  // `audienced, process PID on host HOST`, for messages.
  std::string ToText() const;
  // Whether it is, or was, a process of this host.
  bool IsHere() const;
  // Whether it ran on this host and runs no more.
  bool IsGone() const;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_SESSION_OWNER_H_
