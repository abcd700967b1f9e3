#ifndef AUDIENCED_DAEMON_SERVICE_ACCESS_SERVICE_H_
#define AUDIENCED_DAEMON_SERVICE_ACCESS_SERVICE_H_

#include <memory>

#include "absl/status/status.h"
#include "audienced/v1/access_service.grpc.pb.h"
#include "daemon/service/call/call_count.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/call/worker_pool.h"

namespace audienced {

// Clients, and what they did. What changes them answers when the pipeline has
// committed; no thread waits for it.
class AccessService final : public v1::AccessService::CallbackService {
 public:
  // Borrows its arguments. Calls that only read run in `pool`.
  AccessService(const Entrance& entrance, WorkerPool& pool)
      : entrance_(entrance), pool_(pool) {}

  grpc::ServerUnaryReactor* CreateToken(
      grpc::CallbackServerContext* context,
      const v1::CreateTokenRequest* request,
      v1::CreateTokenResponse* response) override;
  grpc::ServerUnaryReactor* ListTokens(
      grpc::CallbackServerContext* context,
      const v1::ListTokensRequest* request,
      v1::ListTokensResponse* response) override;
  grpc::ServerUnaryReactor* RevokeToken(
      grpc::CallbackServerContext* context,
      const v1::RevokeTokenRequest* request,
      v1::RevokeTokenResponse* response) override;
  grpc::ServerUnaryReactor* ListAuditEntries(
      grpc::CallbackServerContext* context,
      const v1::ListAuditEntriesRequest* request,
      v1::ListAuditEntriesResponse* response) override;

  // Calls that are not answered to the end.
  CallCount& calls() { return calls_; }

 private:
  using Call = std::shared_ptr<PendingCall>;

  absl::Status Create(const Call& call, const v1::CreateTokenRequest& request,
                      v1::CreateTokenResponse& response);
  absl::Status Revoke(const Call& call, const v1::RevokeTokenRequest& request,
                      v1::RevokeTokenResponse& response);

  const Entrance& entrance_;
  WorkerPool& pool_;
  CallCount calls_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_ACCESS_SERVICE_H_
