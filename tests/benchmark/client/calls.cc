#include "tests/benchmark/client/calls.h"

#include <grpcpp/completion_queue.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <thread>
#include <utility>

namespace audienced::benchmark_shop {
namespace {

// The calls of one channel.
class Caller {
 public:
  Caller(const std::shared_ptr<grpc::Channel>& channel, const CallPlan& plan,
         std::atomic<size_t>& next)
      : stub_(channel), plan_(plan), next_(next) {}

  // `each` is given the bytes of an answer, and the milliseconds that it took.
  void Run(int in_flight,
           const std::function<void(grpc::ByteBuffer, double)>& each) {
    int under_way = 0;
    while (under_way < in_flight && Begin()) ++under_way;
    void* tag = nullptr;
    bool ok = false;
    while (under_way > 0 && queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      if (!ok || !call->status.ok()) Fail(call->status.error_message());
      const SteadyTime now = std::chrono::steady_clock::now();
      if (!Begin()) --under_way;
      each(std::move(call->answer), SecondsBetween(call->start, now) * 1e3);
    }
  }

 private:
  struct Call {
    grpc::ClientContext context;
    std::unique_ptr<grpc::GenericClientAsyncResponseReader> reader;
    grpc::ByteBuffer answer;
    grpc::Status status;
    SteadyTime start;
  };

  // False where all are made.
  bool Begin() {
    const size_t number = next_.fetch_add(1);
    if (number >= plan_.call_count) return false;
    auto call = std::make_unique<Call>();
    call->start = std::chrono::steady_clock::now();
    call->reader = stub_.PrepareUnaryCall(
        &call->context, plan_.method,
        (*plan_.requests)[number % plan_.requests->size()], &queue_);
    call->reader->StartCall();
    Call* tag = call.release();
    tag->reader->Finish(&tag->answer, &tag->status, tag);
    return true;
  }

  grpc::GenericStub stub_;
  const CallPlan& plan_;
  std::atomic<size_t>& next_;
  grpc::CompletionQueue queue_;
};

}  // namespace

double SecondsBetween(SteadyTime begin, SteadyTime end) {
  return std::chrono::duration<double>(end - begin).count();
}

void WaitForConnection(grpc::Channel& channel, const std::string& server) {
  if (!channel.WaitForConnected(std::chrono::system_clock::now() +
                                std::chrono::seconds(10))) {
    Fail("nobody answers at " + server);
  }
}

Channels OpenChannels(const std::string& server, int count) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(-1);
  Channels channels;
  for (int i = 0; i < count; ++i) {
    channels.push_back(grpc::CreateCustomChannel(
        server, grpc::InsecureChannelCredentials(), arguments));
    WaitForConnection(*channels.back(), server);
  }
  return channels;
}

grpc::ByteBuffer ToBytes(const google::protobuf::MessageLite& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

void FromBytes(grpc::ByteBuffer bytes, google::protobuf::MessageLite& message) {
  grpc::Slice slice;
  if (!bytes.DumpToSingleSlice(&slice).ok() ||
      !message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    Fail("an answer cannot be read");
  }
}

CallTimes MakeCalls(const Channels& channels, const CallPlan& plan,
                    const std::function<void(grpc::ByteBuffer)>& on_answer) {
  CallTimes times;
  times.milliseconds.reserve(plan.call_count);
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  const auto each = [&](grpc::ByteBuffer answer, double milliseconds) {
    const std::lock_guard<std::mutex> lock(mutex);
    times.milliseconds.push_back(milliseconds);
    on_answer(std::move(answer));
  };
  const int of_each =
      std::max(1, plan.in_flight / static_cast<int>(channels.size()));
  const SteadyTime start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (const auto& channel : channels) {
    threads.emplace_back(
        [&, channel] { Caller(channel, plan, next).Run(of_each, each); });
  }
  for (std::thread& thread : threads) thread.join();
  times.seconds = SecondsBetween(start, std::chrono::steady_clock::now());
  return times;
}

double Quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const size_t place =
      std::min(values.size() - 1, static_cast<size_t>(values.size() * share));
  std::nth_element(values.begin(),
                   values.begin() + static_cast<std::ptrdiff_t>(place),
                   values.end());
  return values[place];
}

void Fail(const std::string& message) {
  std::cerr << "benchmark_client: " << message << "\n";
  std::_Exit(1);
}

}  // namespace audienced::benchmark_shop
