#ifndef AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_

#include "absl/status/status.h"
#include "audienced/v1/profile_service.grpc.pb.h"
#include "daemon/service/call/call_count.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/stages.h"

namespace audienced {

// Single persons. Answers when the pipeline has committed; no thread waits for
// it.
class ProfileService final : public v1::ProfileService::CallbackService {
 public:
  // Borrows `stages`.
  explicit ProfileService(const Stages& stages) : stages_(stages) {}

  grpc::ServerUnaryReactor* MergeProfiles(
      grpc::CallbackServerContext* context,
      const v1::MergeProfilesRequest* request,
      v1::MergeProfilesResponse* response) override;

  // Calls that are not answered to the end.
  CallCount& calls() { return calls_; }

 private:
  absl::Status Merge(const std::shared_ptr<PendingCall>& call,
                     const v1::MergeProfilesRequest& request,
                     v1::MergeProfilesResponse& response);

  const Stages& stages_;
  CallCount calls_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_
