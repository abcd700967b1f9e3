#include "daemon/access/client.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

// What the record says; a word that this version does not know grants nothing.
Rights RightsOf(const TokenRecord& record) {
  Rights rights;
  for (const std::string& name : record.scopes) {
    const std::optional<v1::Scope> scope = ParseScopeName(name);
    if (scope) rights.scopes.Add(*scope);
  }
  rights.audience_patterns = record.audience_patterns;
  rights.identifiers = ParseVisibilityName(record.identifiers)
                           .value_or(v1::IDENTIFIER_VISIBILITY_NONE);
  return rights;
}

}  // namespace

Client::Client(TokenRecord record, std::shared_ptr<CallLimiter> limiter)
    : record_(std::move(record)),
      caller_(record_.client, RightsOf(record_)),
      limiter_(std::move(limiter)) {
  if (record_.revoked_at) Revoke(*record_.revoked_at);
}

void Client::Revoke(absl::Time at) {
  revoked_at_micros_ = absl::ToUnixMicros(at);
}

std::optional<absl::Time> Client::revoked_at() const {
  const int64_t micros = revoked_at_micros_;
  if (micros == kNever) return std::nullopt;
  return absl::FromUnixMicros(micros);
}

absl::Status Client::Check(absl::Time now) const {
  if (revoked_at_micros_ != kNever) {
    return WithReason(absl::UnauthenticatedError(absl::StrCat(
                          "the token ", record_.id, " was revoked")),
                      v1::ERROR_REASON_TOKEN_REVOKED, {{"token", record_.id}});
  }
  if (now >= record_.expires_at) {
    return WithReason(
        absl::UnauthenticatedError(
            absl::StrCat("the token ", record_.id, " has expired at ",
                         absl::FormatTime(absl::RFC3339_sec, record_.expires_at,
                                          absl::UTCTimeZone()))),
        v1::ERROR_REASON_TOKEN_EXPIRED, {{"token", record_.id}});
  }
  return absl::OkStatus();
}

}  // namespace audienced
