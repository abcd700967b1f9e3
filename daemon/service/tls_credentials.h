#ifndef AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_
#define AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

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

// What the daemon shows to those who connect from other machines. Where a file
// changed, the next connection gets what the files hold now; if that is no
// good, which the log says, it gets what was shown before. What was connected
// before stays. A client's certificate is asked for, and verified where there
// is one. INVALID_ARGUMENT where a file cannot be read, and where the key does
// not belong to the certificate. The answer must outlive its server.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(
    const TlsFiles& files);

// Until when the certificate in the files is valid, not included. Errors as
// those of TlsCredentials().
absl::StatusOr<absl::Time> CertificateExpiry(const TlsFiles& files);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_TLS_CREDENTIALS_H_
