#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_ACCESS_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_ACCESS_CONVERSION_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/access_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/access/client.h"
#include "daemon/store/access_records.h"

// Tokens and audit entries between messages and our types.

namespace audienced {

// Limits of audienced/v1/access_service.proto.
inline constexpr size_t kClientNameLimitBytes = 100;
inline constexpr int kPatternLimit = 100;
inline constexpr size_t kPatternLimitBytes = 200;
inline constexpr size_t kCertificateNameLimitBytes = 255;

// The token that is asked for, without id and digest. INVALID_ARGUMENT where
// the request breaks the limits, or contradicts itself.
absl::StatusOr<TokenRecord> ToTokenRecord(const v1::CreateTokenRequest& request,
                                          const Caller& caller, absl::Time now);

v1::Token ToToken(const TokenRecord& record);
v1::Token ToToken(const Client& client);

v1::AuditEntry ToAuditEntry(const AuditRecord& record);

// Where a page of the audit log begins, as a text, and the reverse; absent for
// other texts.
std::string AuditPageToken(const AuditPosition& position);
std::optional<AuditPosition> ParseAuditPageToken(const std::string& token);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_ACCESS_CONVERSION_H_
