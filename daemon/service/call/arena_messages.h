#ifndef AUDIENCED_DAEMON_SERVICE_CALL_ARENA_MESSAGES_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_ARENA_MESSAGES_H_

#include <google/protobuf/arena.h>

#include "grpcpp/support/message_allocator.h"

namespace audienced {

// Has the messages of a unary method in one piece of memory a call: those of
// thousands of parts would else be made, and let go, part by part. Set with
// SetMessageAllocatorFor_METHOD(); outlives the server. Thread-safe.
template <typename Request, typename Response>
class ArenaMessages : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override {
    return new Call;
  }

 private:
  class Call : public grpc::MessageHolder<Request, Response> {
   public:
    Call() {
      this->set_request(
          google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(
          google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    google::protobuf::Arena arena_;
  };
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_ARENA_MESSAGES_H_
