#include "daemon/service/starting_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/listener.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/support/server_callback.h"

namespace audienced {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

class RefusedCall : public grpc::ServerGenericBidiReactor {
 public:
  explicit RefusedCall(const std::string& progress) {
    Finish(ToGrpcStatus(
        WithRetryDelay(WithReason(absl::UnavailableError(absl::StrCat(
                                      "the daemon is starting: ", progress)),
                                  v1::ERROR_REASON_STARTING),
                       kRetryDelay),
        "any call"));
  }
  void OnDone() override { delete this; }
};

// Whatever is called.
class AnyService final : public grpc::CallbackGenericService {
 public:
  explicit AnyService(std::function<std::string()> progress)
      : progress_(std::move(progress)) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext*) override {
    return new RefusedCall(progress_());
  }

 private:
  const std::function<std::string()> progress_;
};

}  // namespace

struct StartingServer::Parts {
  std::unique_ptr<grpc::CallbackGenericService> service;
  std::unique_ptr<Listener> listener;
};

absl::StatusOr<std::unique_ptr<StartingServer>> StartingServer::Start(
    const ListenOptions& options, std::function<std::string()> progress) {
  auto parts = std::make_unique<Parts>();
  parts->service = std::make_unique<AnyService>(std::move(progress));
  absl::StatusOr<std::unique_ptr<Listener>> listener =
      Listener::OpenGeneric(options, *parts->service);
  if (!listener.ok()) return listener.status();
  parts->listener = *std::move(listener);
  return std::unique_ptr<StartingServer>(new StartingServer(std::move(parts)));
}

StartingServer::StartingServer(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

StartingServer::~StartingServer() = default;

const std::vector<std::string>& StartingServer::addresses() const {
  return parts_->listener->addresses();
}

}  // namespace audienced
