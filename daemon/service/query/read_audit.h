#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_READ_AUDIT_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_READ_AUDIT_H_

#include <cstdint>
#include <string>

#include "audienced/v1/audience.pb.h"
#include "daemon/access/caller.h"
#include "daemon/publish/told_changes.h"
#include "daemon/service/stages.h"

// Writes down who read how much of what.

namespace audienced {

// A page of a list or an export: the first one is an entry of its own, further
// ones are summed.
void AuditPage(const Stages& stages, const Caller& caller,
               const std::string& method, const std::string& audience,
               bool is_first, int64_t items);

// Changes that were told in `calls` calls, 0 or 1, of `method`: summed by
// audience.
void AuditChanges(
    const Stages& stages, const Caller& caller, const std::string& method,
    int64_t calls,
    const google::protobuf::RepeatedPtrField<v1::MembershipChange>& changes);

// The same of changes that were told by one watch that goes on.
void AuditTold(const Stages& stages, const Caller& caller,
               const std::string& method, const ToldCommit& parts);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_READ_AUDIT_H_
