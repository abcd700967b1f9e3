#include "daemon/service/call/watch_message.h"

#include <memory>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "grpcpp/impl/codegen/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

namespace audienced {
namespace {

using PartPtr = std::shared_ptr<const ToldChanges>;

// The bytes of `part`, which lives as long as they do.
grpc::Slice SharedSlice(const PartPtr& part) {
  return grpc::Slice(
      const_cast<char*>(part->bytes.data()), part->bytes.size(),
      [](void* shared) { delete static_cast<PartPtr*>(shared); },
      std::make_unique<PartPtr>(part).release());
}

}  // namespace

absl::StatusOr<v1::WatchMembershipsRequest> ParseWatchRequest(
    const grpc::ByteBuffer& bytes) {
  v1::WatchMembershipsRequest request;
  grpc::ByteBuffer read = bytes;  // a reference; reading needs its own
  grpc::ProtoBufferReader reader(&read);
  if (reader.status().ok() && request.ParseFromZeroCopyStream(&reader)) {
    return request;
  }
  return WithReason(
      absl::InvalidArgumentError("the request is no WatchMembershipsRequest"),
      v1::ERROR_REASON_INVALID_REQUEST);
}

// Messages one after the other are one message with the fields of all.
grpc::ByteBuffer WatchMessage(const ToldCommit& parts,
                              const v1::WatchMembershipsResponse& rest) {
  std::vector<grpc::Slice> slices;
  slices.reserve(parts.size() + 1);
  for (const PartPtr& part : parts) slices.push_back(SharedSlice(part));
  slices.push_back(grpc::Slice(rest.SerializeAsString()));
  return grpc::ByteBuffer(slices.data(), slices.size());
}

}  // namespace audienced
