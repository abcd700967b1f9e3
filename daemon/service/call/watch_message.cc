#include "daemon/service/call/watch_message.h"

#include <memory>
#include <vector>

#include "daemon/service/call/message_bytes.h"

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

// Messages one after the other are one message with the fields of all.
grpc::ByteBuffer WatchMessage(const ToldCommit& parts,
                              const v1::WatchMembershipsResponse& rest) {
  std::vector<grpc::Slice> slices;
  slices.reserve(parts.size() + 1);
  for (const PartPtr& part : parts) slices.push_back(SharedSlice(part));
  slices.push_back(ToSlice(rest.SerializeAsString()));
  return grpc::ByteBuffer(slices.data(), slices.size());
}

}  // namespace audienced
