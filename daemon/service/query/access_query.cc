#include "daemon/service/query/access_query.h"

#include <optional>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/access_conversion.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/member_list.h"

namespace audienced {
namespace {

constexpr absl::Duration kFlushPatience = absl::Seconds(5);

}  // namespace

void ListTokens(const Stages& stages, v1::ListTokensResponse& response) {
  for (const auto& client : stages.access.clients().List()) {
    *response.add_tokens() = ToToken(*client);
  }
}

absl::Status ListAuditEntries(const Stages& stages,
                              const v1::ListAuditEntriesRequest& request,
                              v1::ListAuditEntriesResponse& response) {
  const absl::StatusOr<int> page_size =
      PageSize(request.page_size(), kAuditPageDefault, kAuditPageLimit);
  if (!page_size.ok()) return page_size.status();
  AuditQuery query;
  query.client = request.client();
  query.audience = request.audience();
  query.limit = *page_size;
  if (request.has_since_time()) {
    const std::optional<absl::Time> since = ToTime(request.since_time());
    if (!since) {
      return InvalidField(v1::ERROR_REASON_INVALID_TIME, "since_time",
                          "since_time is no time of the years 1970 to 9999");
    }
    query.since = *since;
  }
  if (request.page_token().empty()) {
    const absl::Status written = stages.access.audit().Flush(kFlushPatience);
    if (!written.ok()) return written;
  } else {
    const std::optional<AuditPosition> before =
        ParseAuditPageToken(request.page_token());
    if (!before) {
      return InvalidField(v1::ERROR_REASON_INVALID_PAGE_TOKEN, "page_token",
                          "page_token was not given by this daemon");
    }
    query.before = *before;
  }
  const absl::StatusOr<std::vector<AuditEntry>> entries =
      stages.store.ReadAudit(query);
  if (!entries.ok()) return entries.status();
  for (const AuditEntry& entry : *entries) {
    *response.add_entries() = ToAuditEntry(entry.record);
  }
  if (static_cast<int>(entries->size()) == *page_size) {
    response.set_next_page_token(AuditPageToken(entries->back().position));
  }
  return absl::OkStatus();
}

}  // namespace audienced
