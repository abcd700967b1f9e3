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

absl::StatusOr<std::unique_ptr<AccessControl>> AccessControl::Load(
    Store& store, Pipeline& pipeline, const Clock& clock, Options options) {
  absl::StatusOr<std::vector<TokenRecord>> tokens = store.ReadTokens();
  if (!tokens.ok()) return tokens.status();
  std::unique_ptr<AccessControl> access(
      new AccessControl(pipeline, clock, options));
  for (TokenRecord& token : *tokens) access->clients_.Add(std::move(token));
  return access;
}

AccessControl::AccessControl(Pipeline& pipeline, const Clock& clock,
                             Options options)
    : pipeline_(pipeline),
      clock_(clock),
      options_(options),
      clients_(options.limits),
      audit_(pipeline, clock, options.audit_retention) {}

absl::StatusOr<std::shared_ptr<const Admission>> AccessControl::Admit(
    const Credentials& credentials, const ScopeSet& scopes,
    const std::string& method) {
  absl::StatusOr<std::shared_ptr<const Admission>> decided =
      Decide(credentials, scopes, method);
  if (!decided.ok()) {
    absl::MutexLock lock(&mutex_);
    ++refusals_[ReasonName(ReasonOf(decided.status()))];
  }
  return decided;
}

std::map<std::string, int64_t> AccessControl::refusals() const {
  absl::MutexLock lock(&mutex_);
  return refusals_;
}

absl::StatusOr<std::shared_ptr<const Admission>> AccessControl::Decide(
    const Credentials& credentials, const ScopeSet& scopes,
    const std::string& method) {
  if (is_closed_) return ShuttingDown();
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

void AccessControl::Create(const Caller& caller, TokenRecord record,
                           std::function<void(absl::Status)> done) {
  AccessRecords records;
  records.tokens = {record};
  records.audit = {
      {clock_.Now(), caller.name(), "AccessService.CreateToken", "", 1, 1}};
  pipeline_.RecordAccess(std::move(records),
                         [this, record = std::move(record),
                          done = std::move(done)](const absl::Status& status) {
                           if (status.ok()) clients_.Add(record);
                           done(status);
                         });
}

void AccessControl::Revoke(const Caller& caller, const std::string& id,
                           std::function<void(absl::Status)> done) {
  const absl::Time now = clock_.Now();
  AccessRecords records;
  records.revocations = {{id, now}};
  records.audit = {{now, caller.name(), "AccessService.RevokeToken", "", 1, 1}};
  pipeline_.RecordAccess(
      std::move(records),
      [this, id, now, done = std::move(done)](const absl::Status& status) {
        if (status.ok()) {
          clients_.Revoke(id, now);
          on_revoked_();
        }
        done(status);
      });
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
