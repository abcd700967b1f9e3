#ifndef AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_
#define AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace grpc {
class ServerCredentials;
}

namespace audienced {

// Where the daemon's certificate lies, in PEM.
struct TlsFiles {
  std::string certificate;  // with those that lead to its authority
  std::string key;
  // The authorities of clients' certificates; empty: clients have none.
  std::string client_ca;

  friend bool operator==(const TlsFiles&, const TlsFiles&) = default;
};

// What the daemon shows to those who connect from other machines. The files are
// read again when they change, within kTlsRefreshSeconds; what was connected
// before stays. A client's certificate is asked for, and verified where there
// is one. INVALID_ARGUMENT where a file cannot be read, and where the key does
// not belong to the certificate.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(
    const TlsFiles& files);

inline constexpr unsigned kTlsRefreshSeconds = 2;

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_
