#ifndef AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_

#include <memory>

#include "absl/status/status.h"
#include "audienced/v1/profile_service.grpc.pb.h"
#include "daemon/service/call/call_count.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/call/worker_pool.h"

namespace audienced {

// Single persons. What changes them answers when the pipeline has committed; no
// thread waits for it.
class ProfileService final : public v1::ProfileService::CallbackService {
 public:
  // Borrows its arguments. Calls that only read run in `pool`.
  ProfileService(const Entrance& entrance, WorkerPool& pool)
      : entrance_(entrance), pool_(pool) {}

  grpc::ServerUnaryReactor* GetProfile(
      grpc::CallbackServerContext* context,
      const v1::GetProfileRequest* request,
      v1::GetProfileResponse* response) override;
  grpc::ServerUnaryReactor* ExportProfile(
      grpc::CallbackServerContext* context,
      const v1::ExportProfileRequest* request,
      v1::ExportProfileResponse* response) override;
  grpc::ServerUnaryReactor* EraseProfile(
      grpc::CallbackServerContext* context,
      const v1::EraseProfileRequest* request,
      v1::EraseProfileResponse* response) override;
  grpc::ServerUnaryReactor* MergeProfiles(
      grpc::CallbackServerContext* context,
      const v1::MergeProfilesRequest* request,
      v1::MergeProfilesResponse* response) override;
  grpc::ServerUnaryReactor* UnmergeProfiles(
      grpc::CallbackServerContext* context,
      const v1::UnmergeProfilesRequest* request,
      v1::UnmergeProfilesResponse* response) override;

  // Calls that are not answered to the end.
  CallCount& calls() { return calls_; }

 private:
  using Call = std::shared_ptr<PendingCall>;

  absl::Status Erase(const Call& call, const v1::EraseProfileRequest& request,
                     v1::EraseProfileResponse& response);
  absl::Status Merge(const Call& call, const v1::MergeProfilesRequest& request,
                     v1::MergeProfilesResponse& response);
  absl::Status Unmerge(const Call& call,
                       const v1::UnmergeProfilesRequest& request,
                       v1::UnmergeProfilesResponse& response);

  // Writes down what was done, unless it was not.
  void Note(const Call& call, const absl::Status& status);

  const Entrance& entrance_;
  WorkerPool& pool_;
  CallCount calls_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_PROFILE_SERVICE_H_
