#include "daemon/ctl/client/channel_security.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "daemon/system/listen_address.h"
#include "daemon/system/read_file.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace experimental = grpc::experimental;

constexpr char kTokenVariable[] = "AUDIENCED_TOKEN";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

absl::StatusOr<std::string> TextIn(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return absl::InvalidArgumentError(text.status().message());
  return text;
}

// The text of the file that the option, or else the variable, names.
absl::StatusOr<std::string> TextOf(const std::string& option,
                                   const char* variable) {
  const std::string path = option.empty() ? Variable(variable) : option;
  if (path.empty()) return std::string();
  return TextIn(path);
}

bool IsOnThisMachine(const std::string& server) {
  if (IsUnixSocket(server)) return true;
  const absl::StatusOr<ListenAddress> address = ParseListenAddress(server);
  return address.ok() && address->IsLoopback();
}

// Adds `authorization` to what a call begins with.
class TokenInterceptor : public experimental::Interceptor {
 public:
  explicit TokenInterceptor(const std::string& authorization)
      : authorization_(authorization) {}

  void Intercept(experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            experimental::InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("authorization",
                                                 authorization_);
    }
    methods->Proceed();
  }

 private:
  const std::string& authorization_;
};

class TokenInterceptorFactory
    : public experimental::ClientInterceptorFactoryInterface {
 public:
  explicit TokenInterceptorFactory(const std::string& token)
      : authorization_("Bearer " + token) {}

  experimental::Interceptor* CreateClientInterceptor(
      experimental::ClientRpcInfo*) override {
    return new TokenInterceptor(authorization_);
  }

 private:
  const std::string authorization_;
};

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(
    const SecurityOptions& options, const std::string& server) {
  grpc::SslCredentialsOptions tls;
  absl::StatusOr<std::string> ca = TextOf(options.tls_ca, "AUDIENCED_TLS_CA");
  if (!ca.ok()) return ca.status();
  absl::StatusOr<std::string> certificate =
      TextOf(options.tls_cert, "AUDIENCED_TLS_CERT");
  if (!certificate.ok()) return certificate.status();
  absl::StatusOr<std::string> key =
      TextOf(options.tls_key, "AUDIENCED_TLS_KEY");
  if (!key.ok()) return key.status();
  if (certificate->empty() != key->empty()) {
    return absl::InvalidArgumentError(
        "of --tls-cert and --tls-key only one is given; a certificate needs "
        "its key");
  }
  const bool asks_for_tls =
      options.tls || !options.tls_ca.empty() || !options.tls_cert.empty();
  if (!asks_for_tls && IsOnThisMachine(server)) {
    return grpc::InsecureChannelCredentials();
  }
  tls.pem_root_certs = *std::move(ca);
  tls.pem_cert_chain = *std::move(certificate);
  tls.pem_private_key = *std::move(key);
  return grpc::SslCredentials(tls);
}

absl::StatusOr<Interceptors> TokenInterceptors(const SecurityOptions& options) {
  std::string token = Variable(kTokenVariable);
  if (!options.token_file.empty()) {
    absl::StatusOr<std::string> text = TextIn(options.token_file);
    if (!text.ok()) return text.status();
    token = *std::move(text);
  }
  absl::StripAsciiWhitespace(&token);
  Interceptors interceptors;
  if (token.empty() && options.token_file.empty()) return interceptors;
  if (!absl::StartsWith(token, "aud_")) {
    return absl::InvalidArgumentError(
        Concat(options.token_file.empty()
                   ? std::string("the variable AUDIENCED_TOKEN")
                   : Concat("the file ", Quoted(options.token_file)),
               " holds no token; one begins with 'aud_'"));
  }
  interceptors.push_back(std::make_unique<TokenInterceptorFactory>(token));
  return interceptors;
}

}  // namespace audienced
