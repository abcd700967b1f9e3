#include "daemon/service/conversion/access_conversion.h"

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "daemon/access/scope_set.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

constexpr char kNameCharacters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

absl::Status Invalid(const std::string& field, const std::string& message) {
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field, message);
}

bool Contains(const v1::CreateTokenRequest& request, v1::Scope scope) {
  for (const int each : request.scopes()) {
    if (each == scope) return true;
  }
  return false;
}

// Without characters that could be taken for others where it is shown.
bool IsPrintable(const std::string& text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return !text.empty();
}

absl::Status CheckScopes(const v1::CreateTokenRequest& request) {
  if (request.scopes().empty()) {
    return Invalid("scopes", "scopes is empty; at least one is wanted");
  }
  for (const int scope : request.scopes()) {
    if (scope == v1::SCOPE_UNSPECIFIED || !v1::Scope_IsValid(scope)) {
      return Invalid("scopes", absl::StrCat("there is no scope ", scope));
    }
  }
  if (Contains(request, v1::SCOPE_AUDIENCES) &&
      request.audience_patterns().empty()) {
    return Invalid("audience_patterns",
                   "audience_patterns is empty; the scope 'audiences' wants at "
                   "least one, '*' for all");
  }
  if (Contains(request, v1::SCOPE_PROFILES) &&
      request.identifiers() != v1::IDENTIFIER_VISIBILITY_PLAIN) {
    return Invalid("identifiers",
                   "the scope 'profiles' shows all that is held of a person; "
                   "it wants identifiers 'plain'");
  }
  return absl::OkStatus();
}

absl::Status CheckPatterns(const v1::CreateTokenRequest& request) {
  if (request.audience_patterns_size() > kPatternLimit) {
    return Invalid("audience_patterns",
                   absl::StrCat(request.audience_patterns_size(),
                                " patterns are given; at most ", kPatternLimit,
                                " are taken"));
  }
  for (const std::string& pattern : request.audience_patterns()) {
    if (pattern.size() > kPatternLimitBytes || !IsPrintable(pattern)) {
      return Invalid("audience_patterns",
                     "a pattern is the name of an audience, in which '*' "
                     "stands for any text: 'cart-*'");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<TokenRecord> ToTokenRecord(const v1::CreateTokenRequest& request,
                                          const Caller& caller,
                                          absl::Time now) {
  const std::string& name = request.client();
  if (name.empty() || name.size() > kClientNameLimitBytes ||
      name.find_first_not_of(kNameCharacters) != std::string::npos) {
    return Invalid("client", absl::StrCat("the name of a client has 1 to ",
                                          kClientNameLimitBytes,
                                          " letters, digits, '-', '_' or '.'"));
  }
  absl::Status status = CheckScopes(request);
  if (status.ok()) status = CheckPatterns(request);
  if (!status.ok()) return status;
  if (!request.certificate_name().empty() &&
      (request.certificate_name().size() > kCertificateNameLimitBytes ||
       !IsPrintable(request.certificate_name()))) {
    return Invalid("certificate_name",
                   "certificate_name is a name in a certificate: a DNS name, a "
                   "URI, an e-mail address or the common name");
  }
  TokenRecord record;
  record.client = name;
  record.certificate_name = request.certificate_name();
  ScopeSet scopes;
  for (const int scope : request.scopes()) {
    scopes.Add(static_cast<v1::Scope>(scope));
  }
  for (const v1::Scope scope : scopes.List()) {
    record.scopes.push_back(ScopeName(scope));
  }
  record.audience_patterns.assign(request.audience_patterns().begin(),
                                  request.audience_patterns().end());
  const v1::IdentifierVisibility identifiers =
      request.identifiers() == v1::IDENTIFIER_VISIBILITY_UNSPECIFIED
          ? v1::IDENTIFIER_VISIBILITY_NONE
          : request.identifiers();
  record.identifiers = VisibilityName(identifiers);
  if (!ParseVisibilityName(record.identifiers)) {
    return Invalid("identifiers", "identifiers is none, hashed or plain");
  }
  record.created_at = now;
  record.created_by = caller.name();
  if (request.has_expire_time()) {
    const std::optional<absl::Time> expires_at = ToTime(request.expire_time());
    if (!expires_at || *expires_at <= now) {
      return InvalidField(v1::ERROR_REASON_INVALID_TIME, "expire_time",
                          "expire_time is not after the present");
    }
    record.expires_at = *expires_at;
  }
  return record;
}

v1::Token ToToken(const TokenRecord& record) {
  v1::Token token;
  token.set_id(record.id);
  token.set_client(record.client);
  for (const std::string& name : record.scopes) {
    const std::optional<v1::Scope> scope = ParseScopeName(name);
    if (scope) token.add_scopes(*scope);
  }
  for (const std::string& pattern : record.audience_patterns) {
    token.add_audience_patterns(pattern);
  }
  token.set_identifiers(ParseVisibilityName(record.identifiers)
                            .value_or(v1::IDENTIFIER_VISIBILITY_NONE));
  token.set_certificate_name(record.certificate_name);
  *token.mutable_create_time() = ToTimestamp(record.created_at);
  token.set_created_by(record.created_by);
  if (record.expires_at != absl::InfiniteFuture()) {
    *token.mutable_expire_time() = ToTimestamp(record.expires_at);
  }
  if (record.revoked_at) {
    *token.mutable_revoke_time() = ToTimestamp(*record.revoked_at);
  }
  return token;
}

v1::Token ToToken(const Client& client) {
  TokenRecord record = client.record();
  record.revoked_at = client.revoked_at();
  return ToToken(record);
}

v1::AuditEntry ToAuditEntry(const AuditRecord& record) {
  v1::AuditEntry entry;
  *entry.mutable_time() = ToTimestamp(record.occurred_at);
  entry.set_client(record.client);
  entry.set_method(record.method);
  entry.set_audience(record.audience);
  entry.set_call_count(record.call_count);
  entry.set_item_count(record.item_count);
  return entry;
}

std::string AuditPageToken(const AuditPosition& position) {
  return absl::StrCat(absl::ToUnixMicros(position.occurred_at), "-",
                      position.commit_number, "-", position.ordinal);
}

std::optional<AuditPosition> ParseAuditPageToken(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '-');
  AuditPosition position;
  int64_t micros = 0;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &micros) ||
      !absl::SimpleAtoi(parts[1], &position.commit_number) ||
      !absl::SimpleAtoi(parts[2], &position.ordinal)) {
    return std::nullopt;
  }
  position.occurred_at = absl::FromUnixMicros(micros);
  // As the database can hold it.
  if (!IsInstant(position.occurred_at)) return std::nullopt;
  return position;
}

}  // namespace audienced
