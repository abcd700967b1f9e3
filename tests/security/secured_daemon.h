#ifndef AUDIENCED_TESTS_SECURITY_SECURED_DAEMON_H_
#define AUDIENCED_TESTS_SECURITY_SECURED_DAEMON_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "audienced/v1/access_service.grpc.pb.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "audienced/v1/event_service.grpc.pb.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {

// Certificates of a test, made by openssl in a folder.
class Certificates {
 public:
  explicit Certificates(std::string folder);

  // Makes an authority: the files NAME.pem and NAME.key.
  void MakeAuthority(const std::string& name);
  // Makes a certificate of `authority` for 127.0.0.1 and localhost, in the same
  // way.
  void Make(const std::string& name, const std::string& authority,
            const std::string& common_name);
  // Moves those of `from` over those of `to`.
  void Replace(const std::string& to, const std::string& from);

  std::string Path(const std::string& file) const {
    return folder_ + "/" + file;
  }
  std::string Text(const std::string& file) const;

 private:
  const std::string folder_;
};

// A daemon that serves in plain at the loopback and by TLS at all addresses,
// with a cart that ann has abandoned. `admin` is a token for everything.
// Authentication is required everywhere.
class SecuredDaemon {
 public:
  SecuredDaemon();

  // A token of `client`; a failure fails the test.
  std::string MakeToken(
      const std::string& client, const std::vector<v1::Scope>& scopes,
      const std::vector<std::string>& patterns = {"*"},
      v1::IdentifierVisibility identifiers = v1::IDENTIFIER_VISIBILITY_PLAIN,
      absl::Duration good_for = absl::Hours(24));
  // As MakeToken(), for a certificate.
  void MakeCertificateClient(const std::string& client,
                             const std::string& certificate_name);
  void Revoke(const std::string& token);

  // To the TLS address, which `authority` is to have signed; `identity` names a
  // certificate of the client, or is empty.
  std::shared_ptr<grpc::Channel> TlsChannel(const std::string& authority,
                                            const std::string& identity);

  DaemonProcess& process() { return *process_; }
  std::shared_ptr<grpc::Channel> channel() { return process_->channel(); }
  Certificates& certificates() { return certificates_; }
  const std::string& admin() const { return admin_; }
  int tls_port() const { return tls_port_; }

 private:
  std::string Create(const v1::CreateTokenRequest& request);

  TestFolder folder_;
  Certificates certificates_;
  const int tls_port_;
  std::unique_ptr<DaemonProcess> process_;
  std::string admin_;
};

// One for all tests that leave its certificate alone.
SecuredDaemon& SharedDaemon();

// A context of a call with `token`; without one where it is empty. Gives up
// after a time that only a hanging call takes.
std::unique_ptr<grpc::ClientContext> CallWith(const std::string& token);

// What the daemon answers to ListAudiences with `token`: the reason of the
// error, or `OK`; `UNAVAILABLE` where there is no connection.
std::string Ask(const std::shared_ptr<grpc::Channel>& channel,
                const std::string& token);

}  // namespace audienced

#endif  // AUDIENCED_TESTS_SECURITY_SECURED_DAEMON_H_
