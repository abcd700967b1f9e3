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
      limiter_(std::move(limiter)),
      is_revoked_(record_.revoked_at.has_value()) {}

absl::Status Client::Check(absl::Time now) const {
  if (is_revoked_) {
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
