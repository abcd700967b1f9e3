#include "daemon/service/call/message_bytes.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "grpcpp/impl/codegen/proto_buffer_reader.h"

namespace audienced {

absl::Status ParseMessage(const grpc::ByteBuffer& bytes,
                          google::protobuf::Message& message) {
  grpc::ByteBuffer read = bytes;  // a reference; reading needs its own
  grpc::ProtoBufferReader reader(&read);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) {
    return absl::OkStatus();
  }
  return WithReason(absl::InvalidArgumentError(absl::StrCat(
                        "the request is no ", message.GetDescriptor()->name(),
                        "; every text has to be UTF-8")),
                    v1::ERROR_REASON_INVALID_REQUEST);
}

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice = ToSlice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

grpc::Slice ToSlice(std::string bytes) {
  auto kept = std::make_unique<std::string>(std::move(bytes));
  char* const begin = kept->data();
  const size_t size = kept->size();
  return grpc::Slice(
      begin, size,
      [](void* kept_bytes) { delete static_cast<std::string*>(kept_bytes); },
      kept.release());
}

}  // namespace audienced
