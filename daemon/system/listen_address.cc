#include "daemon/system/listen_address.h"

#include <arpa/inet.h>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

constexpr char kUnixPrefix[] = "unix:";
constexpr int kLargestPort = 65535;

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

}  // namespace

bool ListenAddress::IsLoopback() const {
  if (host == "localhost") return true;
  in_addr ipv4;
  if (inet_pton(AF_INET, host.c_str(), &ipv4) == 1) {
    return (ntohl(ipv4.s_addr) >> 24) == 127;
  }
  in6_addr ipv6;
  return inet_pton(AF_INET6, host.c_str(), &ipv6) == 1 &&
         IN6_IS_ADDR_LOOPBACK(&ipv6);
}

bool IsUnixSocket(const std::string& address) {
  return absl::StartsWith(address, kUnixPrefix);
}

std::string UnixSocketPath(const std::string& address) {
  return address.substr(sizeof(kUnixPrefix) - 1);
}

absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text) {
  const size_t colon = text.rfind(':');
  ListenAddress address;
  bool good = colon != std::string::npos && colon > 0;
  if (good) {
    address.host = text.substr(0, colon);
    const bool in_brackets =
        address.host.front() == '[' && address.host.back() == ']';
    if (in_brackets) {
      address.host = address.host.substr(1, address.host.size() - 2);
      good = IsIpv6(address.host);
    } else {
      good = address.host.find_first_of(":[]/ ") == std::string::npos;
    }
    const std::string port = text.substr(colon + 1);
    good = good && port.find_first_not_of("0123456789") == std::string::npos &&
           absl::SimpleAtoi(port, &address.port) &&
           address.port <= kLargestPort;
  }
  if (!good) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text,
                     "' is no address; write HOST:PORT, for example "
                     "'127.0.0.1:8450' or '[::1]:8450'"));
  }
  return address;
}

std::string ListenAddressText(const ListenAddress& address) {
  if (IsIpv6(address.host)) {
    return absl::StrCat("[", address.host, "]:", address.port);
  }
  return absl::StrCat(address.host, ":", address.port);
}

}  // namespace audienced
