#include "daemon/service/query/read_audit.h"

#include "absl/container/flat_hash_map.h"

namespace audienced {

void AuditPage(const Stages& stages, const Caller& caller,
               const std::string& method, const std::string& audience,
               bool is_first, int64_t items) {
  if (is_first) {
    stages.access.audit().Add(caller, method, audience, items);
  } else {
    stages.access.audit().Sum(caller, method, audience, 1, items);
  }
}

void AuditChanges(
    const Stages& stages, const Caller& caller, const std::string& method,
    int64_t calls,
    const google::protobuf::RepeatedPtrField<v1::MembershipChange>& changes) {
  absl::flat_hash_map<std::string, int64_t> counts;
  for (const v1::MembershipChange& change : changes) {
    ++counts[change.audience()];
  }
  if (counts.empty() && calls > 0) {
    stages.access.audit().Sum(caller, method, "", calls, 0);
  }
  for (const auto& [audience, count] : counts) {
    stages.access.audit().Sum(caller, method, audience, calls, count);
  }
}

void AuditTold(const Stages& stages, const Caller& caller,
               const std::string& method, const ToldCommit& parts) {
  absl::flat_hash_map<std::string, int64_t> counts;
  for (const auto& part : parts) {
    for (const auto& [audience, count] : part->audience_counts) {
      counts[audience] += count;
    }
  }
  for (const auto& [audience, count] : counts) {
    stages.access.audit().Sum(caller, method, audience, 0, count);
  }
}

}  // namespace audienced
