#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_LIST_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_LIST_H_

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/query/member_page.h"
#include "daemon/service/stages.h"

namespace audienced {

// Limits of audienced/v1/audience_service.proto.
inline constexpr int kMemberPageDefault = 1000;
inline constexpr int kMemberPageLimit = 10'000;
// Members and changes of one message; one more may go over it.
inline constexpr size_t kAnswerLimitBytes = 768 << 10;

// The size of page that is meant by `page_size`: the default for 0, at most
// `limit`. INVALID_ARGUMENT below 0.
absl::StatusOr<int> PageSize(int page_size, int default_size, int limit);

// Answers AudienceService.ListMembers: the published members from the store,
// all pages as of the heads of the first one; those of a past instant by
// evaluating the histories.
absl::Status ListMembers(const Stages& stages, const Caller& caller,
                         const v1::ListMembersRequest& request,
                         MemberPage& page);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_LIST_H_
