#include "tests/security/secured_daemon.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

void Run(const std::string& command) {
  const CommandOutput output = Shell(command + " 2>&1");
  ASSERT_EQ(output.exit_code, 0) << command << "\n" << output.text;
}

}  // namespace

Certificates::Certificates(std::string folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

void Certificates::MakeAuthority(const std::string& name) {
  Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
      "-days 30 -subj '/CN=" +
      name + "' -keyout " + Path(name + ".key") + " -out " +
      Path(name + ".pem"));
}

void Certificates::Make(const std::string& name, const std::string& authority,
                        const std::string& common_name) {
  Run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
      "-days 30 -subj '/CN=" +
      common_name + "' -addext 'subjectAltName=IP:127.0.0.1,DNS:" +
      common_name + "' -addext 'basicConstraints=critical,CA:FALSE' -CA " +
      Path(authority + ".pem") + " -CAkey " + Path(authority + ".key") +
      " -keyout " + Path(name + ".key") + " -out " + Path(name + ".pem"));
}

void Certificates::Replace(const std::string& to, const std::string& from) {
  std::filesystem::rename(Path(from + ".key"), Path(to + ".key"));
  std::filesystem::rename(Path(from + ".pem"), Path(to + ".pem"));
}

std::string Certificates::Text(const std::string& file) const {
  std::ostringstream text;
  text << std::ifstream(Path(file)).rdbuf();
  return text.str();
}

SecuredDaemon::SecuredDaemon()
    : certificates_(folder_.path() + "/certificates"), tls_port_(FreePort()) {
  certificates_.MakeAuthority("authority");
  certificates_.Make("daemon", "authority", "daemon.example.com");
  const std::string data = folder_.path() + "/data";
  {
    // The first token is made on the daemon's own machine, by nobody.
    DaemonProcess open(data);
    EXPECT_TRUE(open.Start()) << open.Log();
    Client client(open.channel());
    v1::IngestEventsResponse stored;
    const absl::Time hours_ago = absl::Now() - absl::Hours(2);
    EXPECT_TRUE(client
                    .Ingest({MakeConsent("e-0", "ann", hours_ago),
                             MakeEvent("e-1", "add_to_cart", "ann", hours_ago,
                                       "sku-1")},
                            stored)
                    .ok());
    v1::CreateTokenRequest request;
    request.set_client("admin");
    request.add_scopes(v1::SCOPE_ADMIN);
    v1::CreateTokenResponse response;
    const auto context = CallWith("");
    EXPECT_TRUE(v1::AccessService::NewStub(open.channel())
                    ->CreateToken(context.get(), request, &response)
                    .ok());
    admin_ = response.secret();
    EXPECT_EQ(open.Stop(), 0);
  }
  process_ = std::make_unique<DaemonProcess>(
      data,
      std::vector<std::string>{
          "AUDIENCED_REQUIRE_AUTHENTICATION=true",
          "AUDIENCED_TLS_CERTIFICATE=" + certificates_.Path("daemon.pem"),
          "AUDIENCED_TLS_KEY=" + certificates_.Path("daemon.key"),
          "AUDIENCED_TLS_CLIENT_CA=" + certificates_.Path("authority.pem"),
          "AUDIENCED_CLIENT_REQUESTS_PER_SECOND=2000",
          "AUDIENCED_CLIENT_CONCURRENT_CALLS=4"});
  process_->AlsoListenAt("0.0.0.0:" + std::to_string(tls_port_));
  EXPECT_TRUE(process_->Start()) << process_->Log();
}

SecuredDaemon& SharedDaemon() {
  static SecuredDaemon daemon;
  return daemon;
}

std::string SecuredDaemon::Create(const v1::CreateTokenRequest& request) {
  v1::CreateTokenResponse response;
  const auto context = CallWith(admin_);
  const grpc::Status status =
      v1::AccessService::NewStub(channel())->CreateToken(context.get(), request,
                                                         &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.secret();
}

std::string SecuredDaemon::MakeToken(const std::string& client,
                                     const std::vector<v1::Scope>& scopes,
                                     const std::vector<std::string>& patterns,
                                     v1::IdentifierVisibility identifiers,
                                     absl::Duration good_for) {
  v1::CreateTokenRequest request;
  request.set_client(client);
  for (const v1::Scope scope : scopes) request.add_scopes(scope);
  for (const std::string& pattern : patterns) {
    request.add_audience_patterns(pattern);
  }
  request.set_identifiers(identifiers);
  const absl::Time expires = absl::Now() + good_for;
  request.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(expires));
  request.mutable_expire_time()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(
          expires - absl::FromUnixSeconds(absl::ToUnixSeconds(expires)))));
  return Create(request);
}

void SecuredDaemon::MakeCertificateClient(const std::string& client,
                                          const std::string& certificate_name) {
  v1::CreateTokenRequest request;
  request.set_client(client);
  request.add_scopes(v1::SCOPE_AUDIENCES);
  request.add_audience_patterns("*");
  request.set_certificate_name(certificate_name);
  EXPECT_EQ(Create(request), "");
}

void SecuredDaemon::Revoke(const std::string& token) {
  v1::RevokeTokenRequest request;
  request.set_token(token.substr(4, 10));
  v1::RevokeTokenResponse response;
  const auto context = CallWith(admin_);
  EXPECT_TRUE(v1::AccessService::NewStub(channel())
                  ->RevokeToken(context.get(), request, &response)
                  .ok());
}

std::shared_ptr<grpc::Channel> SecuredDaemon::TlsChannel(
    const std::string& authority, const std::string& identity) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = certificates_.Text(authority + ".pem");
  if (!identity.empty()) {
    options.pem_cert_chain = certificates_.Text(identity + ".pem");
    options.pem_private_key = certificates_.Text(identity + ".key");
  }
  grpc::ChannelArguments arguments;
  // A connection of its own, not one that another channel has made.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(tls_port_),
                                   grpc::SslCredentials(options), arguments);
}

std::unique_ptr<grpc::ClientContext> CallWith(const std::string& token) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::seconds(60));
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
  return context;
}

std::string Ask(const std::shared_ptr<grpc::Channel>& channel,
                const std::string& token) {
  const auto context = CallWith(token);
  v1::ListAudiencesResponse response;
  const grpc::Status status =
      v1::AudienceService::NewStub(channel)->ListAudiences(context.get(), {},
                                                           &response);
  if (status.ok()) return "OK";
  const bool has_words = !status.error_details().empty();
  return !has_words && status.error_code() == grpc::StatusCode::UNAVAILABLE
             ? "UNAVAILABLE"
             : ReasonOf(status);
}

}  // namespace audienced
