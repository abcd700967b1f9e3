#include "daemon/service/call/access_gate.h"

#include <google/protobuf/descriptor.h>
#include <grpc/grpc_security_constants.h>

#include <iterator>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/synchronization/mutex.h"
#include "audienced/v1/access.pb.h"
#include "grpcpp/security/auth_context.h"

namespace audienced {
namespace {

constexpr char kPackage[] = "audienced.v1.";
constexpr char kAuthorization[] = "authorization";
constexpr char kBearer[] = "bearer ";

std::string ToString(grpc::string_ref text) {
  return std::string(text.data(), text.size());
}

// What stands behind `authorization: Bearer`. Of another form, or given twice,
// it is a token that nobody has.
std::optional<std::string> TokenOf(const grpc::CallbackServerContext& context) {
  const auto [begin, end] =
      context.client_metadata().equal_range(kAuthorization);
  if (begin == end) return std::nullopt;
  const std::string value = ToString(begin->second);
  if (std::next(begin) != end || !absl::StartsWithIgnoreCase(value, kBearer)) {
    return "";
  }
  return value.substr(sizeof(kBearer) - 1);
}

// The alternative names before the common one; only a verified certificate has
// them here.
std::vector<std::string> CertificateNames(const grpc::AuthContext& peer) {
  std::vector<std::string> names;
  for (const char* property :
       {GRPC_X509_SAN_PROPERTY_NAME, GRPC_X509_CN_PROPERTY_NAME}) {
    for (const grpc::string_ref& name : peer.FindPropertyValues(property)) {
      names.push_back(ToString(name));
    }
  }
  return names;
}

bool IsEncrypted(const grpc::AuthContext& peer) {
  for (const grpc::string_ref& type :
       peer.FindPropertyValues(GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME)) {
    if (type == GRPC_SSL_TRANSPORT_SECURITY_TYPE ||
        type == GRPC_TLS_TRANSPORT_SECURITY_TYPE) {
      return true;
    }
  }
  return false;
}

Credentials CredentialsOf(const grpc::CallbackServerContext& context) {
  Credentials credentials;
  credentials.token = TokenOf(context);
  const std::shared_ptr<const grpc::AuthContext> peer = context.auth_context();
  // Only addresses of this machine are served in plain.
  credentials.is_local = peer == nullptr || !IsEncrypted(*peer);
  if (credentials.is_local || !peer->IsPeerAuthenticated()) return credentials;
  credentials.certificate_names = CertificateNames(*peer);
  return credentials;
}

ScopeSet DescribedScopes(const std::string& method) {
  ScopeSet scopes;
  const google::protobuf::MethodDescriptor* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          kPackage + method);
  if (descriptor == nullptr) return scopes;
  const google::protobuf::MethodOptions& options = descriptor->options();
  for (int i = 0; i < options.ExtensionSize(v1::required_scopes); ++i) {
    scopes.Add(options.GetExtension(v1::required_scopes, i));
  }
  return scopes;
}

}  // namespace

absl::StatusOr<AdmissionPtr> Admit(const Entrance& entrance,
                                   const grpc::CallbackServerContext& context,
                                   const std::string& method) {
  const absl::Status open = entrance.Check();
  if (!open.ok()) return open;
  return entrance.stages().access.Admit(CredentialsOf(context),
                                        RequiredScopes(method), method);
}

// Looked up once a method: the descriptors are slow to ask.
ScopeSet RequiredScopes(const std::string& method) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto& known = *new absl::flat_hash_map<std::string, ScopeSet>;
  {
    absl::ReaderMutexLock lock(&mutex);
    const auto found = known.find(method);
    if (found != known.end()) return found->second;
  }
  const ScopeSet scopes = DescribedScopes(method);
  absl::MutexLock lock(&mutex);
  known.emplace(method, scopes);
  return scopes;
}

}  // namespace audienced
