#include "daemon/access/access_control.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

absl::Status MissingToken() {
  return WithReason(
      absl::UnauthenticatedError(
          "the call names no client; send 'authorization: Bearer aud_...', or "
          "connect with a certificate"),
      v1::ERROR_REASON_MISSING_TOKEN);
}

}  // namespace

absl::Status ScopeMissing(const Caller& caller, v1::Scope scope,
                          const std::string& what) {
  return WithReason(absl::PermissionDeniedError(absl::StrCat(
                        "the client '", caller.name(), "' lacks the scope '",
                        ScopeName(scope), "', which ", what, " needs")),
                    v1::ERROR_REASON_SCOPE_MISSING,
                    {{"scope", ScopeName(scope)}, {"method", what}});
}

AccessControl::AccessControl(const Clock& clock, Options options)
    : clock_(clock), options_(options), clients_(options.limits) {}

absl::StatusOr<std::shared_ptr<const Admission>> AccessControl::Admit(
    const Credentials& credentials, const ScopeSet& scopes,
    const std::string& method) {
  const absl::StatusOr<ClientRegistry::ClientPtr> found = Identify(credentials);
  if (!found.ok()) {
    LogWarning(
        "access", "a call is refused",
        {{"method", method}, {"reason", ReasonName(ReasonOf(found.status()))}});
    return found.status();
  }
  const ClientRegistry::ClientPtr& client = *found;
  if (client != nullptr) {
    absl::Status status = client->Check(clock_.Now());
    if (status.ok()) {
      status = client->limiter().Begin(CallLimiter::Ticks::now());
    }
    if (!status.ok()) return status;
  }
  auto admission = std::make_shared<const Admission>(client, clock_);
  // Without one the call is nobody's: better refused than open to all.
  if (scopes.empty()) {
    return absl::InternalError(absl::StrCat(method, " names no scope"));
  }
  for (const v1::Scope scope : scopes.List()) {
    if (!admission->caller().Has(scope)) {
      LogWarning("access", "a client lacks a scope",
                 {{"client", admission->caller().name()},
                  {"method", method},
                  {"scope", ScopeName(scope)}});
      return ScopeMissing(admission->caller(), scope, method);
    }
  }
  return admission;
}

absl::StatusOr<ClientRegistry::ClientPtr> AccessControl::Identify(
    const Credentials& credentials) const {
  if (credentials.token) return clients_.FindByToken(*credentials.token);
  if (credentials.certificate_names) {
    return clients_.FindByCertificate(*credentials.certificate_names);
  }
  if (credentials.is_local && !options_.require_authentication) {
    return ClientRegistry::ClientPtr();
  }
  return MissingToken();
}

}  // namespace audienced
