#ifndef AUDIENCED_TESTS_BENCHMARK_CLIENT_CALLS_H_
#define AUDIENCED_TESTS_BENCHMARK_CLIENT_CALLS_H_

#include <grpcpp/channel.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message_lite.h"

namespace audienced::benchmark_shop {

using SteadyTime = std::chrono::steady_clock::time_point;
double SecondsBetween(SteadyTime begin, SteadyTime end);

// Ends the program where nobody answers at `server`.
void WaitForConnection(grpc::Channel& channel, const std::string& server);

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;
// `count` connections of their own to one server.
Channels OpenChannels(const std::string& server, int count);

// A request as bytes, made before anything is measured, so that the sender
// takes little of the machine that it shares with the daemon.
grpc::ByteBuffer ToBytes(const google::protobuf::MessageLite& message);
// Ends the program where the bytes are no such message.
void FromBytes(grpc::ByteBuffer bytes, google::protobuf::MessageLite& message);

// Calls of one method.
struct CallPlan {
  std::string method;  // as in "/package.Service/Method"
  const std::vector<grpc::ByteBuffer>* requests = nullptr;
  // How many are made: the requests in their order, again and again.
  size_t call_count = 0;
  // How many may be under way, over all channels.
  int in_flight = 1;
};

// What became of them.
struct CallTimes {
  double seconds = 0;                // from the first call to the last answer
  std::vector<double> milliseconds;  // of each call
};

// Makes the calls: a thread for each channel, which makes the next call when
// one is answered. `on_answer` is given the bytes, one at a time, in the order
// of arrival. Ends the program where a call fails.
CallTimes MakeCalls(const Channels& channels, const CallPlan& plan,
                    const std::function<void(grpc::ByteBuffer)>& on_answer);

// The value below which `share` of them lie; 0 where there is none.
double Quantile(std::vector<double> values, double share);

// Ends the program with a message.
[[noreturn]] void Fail(const std::string& message);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_CLIENT_CALLS_H_
