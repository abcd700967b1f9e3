#ifndef AUDIENCED_TESTS_BENCHMARK_CLIENT_PROBE_H_
#define AUDIENCED_TESTS_BENCHMARK_CLIENT_PROBE_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "audienced/v1/event.pb.h"

namespace audienced::benchmark_shop {

// An event that makes one change: its name is that of an audience of those who
// did it, and the person has not done it before.
v1::Event MakeProbe(const std::string& audience, uint32_t person,
                    absl::Time occurred);

// Follows one audience from the moment in which it is made. Not thread-safe.
class AudienceWatch {
 public:
  // Returns when the daemon has said from where on it tells changes.
  AudienceWatch(const std::shared_ptr<grpc::Channel>& channel,
                const std::string& audience);
  ~AudienceWatch();

  // Reads the next message; ends the program where there is none.
  const v1::WatchMembershipsResponse& Next();

 private:
  const std::unique_ptr<v1::AudienceService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchMembershipsResponse>> reader_;
  v1::WatchMembershipsResponse message_;
};

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_CLIENT_PROBE_H_
