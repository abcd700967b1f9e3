#ifndef AUDIENCED_DAEMON_CTL_CLIENT_CHANNEL_SECURITY_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_CHANNEL_SECURITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/client_interceptor.h"

namespace audienced {

// By what audiencectl proves who it is, and knows the daemon, as the command
// line says it. Files of PEM; empty: those of the environment, or none.
struct SecurityOptions {
  // Whether TLS is spoken with this machine too.
  bool tls = false;
  std::string tls_ca;    // of the daemon; else the authorities of the system
  std::string tls_cert;  // of audiencectl
  std::string tls_key;
  // Holds the token. There is no option for the token itself: everybody on the
  // machine can read the command lines of others.
  std::string token_file;
};

// Other machines are reached by TLS alone, so nothing goes there in plain.
// INVALID_ARGUMENT where a file cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> ChannelCredentials(
    const SecurityOptions& options, const std::string& server);

using Interceptors = std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>;

// What adds the token to each call, from --token-file or the environment
// (AUDIENCED_TOKEN); empty where there is none. INVALID_ARGUMENT where the file
// cannot be read, or holds no token.
absl::StatusOr<Interceptors> TokenInterceptors(const SecurityOptions& options);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_CHANNEL_SECURITY_H_
