#ifndef AUDIENCED_DAEMON_SERVICE_CALL_MESSAGE_BYTES_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_MESSAGE_BYTES_H_

#include <google/protobuf/message.h>

#include <string>

#include "absl/status/status.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/slice.h"

// Messages as gRPC carries them, for methods that write their answers as bytes.

namespace audienced {

// Reads `message`. INVALID_ARGUMENT with INVALID_REQUEST where `bytes` is no
// such message.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes,
                          google::protobuf::Message& message);

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);

// `bytes`, which are not copied.
grpc::Slice ToSlice(std::string bytes);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_MESSAGE_BYTES_H_
