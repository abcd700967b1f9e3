#ifndef AUDIENCED_DAEMON_SYSTEM_LISTEN_ADDRESS_H_
#define AUDIENCED_DAEMON_SYSTEM_LISTEN_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"

namespace audienced {

// Where to accept connections: `127.0.0.1:8450`, `[::1]:8450`,
// `localhost:8450`. Port 0 takes any free port.
struct ListenAddress {
  std::string host;  // without the brackets of an IPv6 address
  int port = 0;

  // Whether only this machine can connect.
  bool IsLoopback() const;
};

// Whether `address` is that of a socket in the file system: `unix:/path`.
bool IsUnixSocket(const std::string& address);

// The path of such an address; empty where it names none.
std::string UnixSocketPath(const std::string& address);

// kInvalidArgument with the form that is wanted.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

// `host:port`, an IPv6 address in brackets.
std::string ListenAddressText(const ListenAddress& address);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_LISTEN_ADDRESS_H_
