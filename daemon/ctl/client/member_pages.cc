#include "daemon/ctl/client/member_pages.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "grpcpp/client_context.h"
#include "grpcpp/impl/codegen/proto_buffer_reader.h"

namespace audienced {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr absl::Duration kTimeout = absl::Seconds(60);
// More than a page takes once it is read. What no page has touched takes no
// memory.
constexpr size_t kBlockBytes = 16 << 20;

// What has to be known of a page to ask for the next one: read off its bytes,
// which takes little beside reading the page.
struct Outline {
  int64_t members = 0;
  std::string next_page_token;
};

// Absent where the bytes are no message.
std::optional<Outline> OutlineOf(grpc::ByteBuffer bytes) {
  constexpr auto tag_of = [](int field) {
    return WireFormatLite::MakeTag(field,
                                   WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
  };
  grpc::ProtoBufferReader reader(&bytes);
  google::protobuf::io::CodedInputStream fields(&reader);
  Outline outline;
  while (const uint32_t tag = fields.ReadTag()) {
    bool is_read = false;
    if (tag == tag_of(v1::ListMembersResponse::kNextPageTokenFieldNumber)) {
      is_read = WireFormatLite::ReadString(&fields, &outline.next_page_token);
    } else {
      is_read = WireFormatLite::SkipField(&fields, tag);
      if (tag == tag_of(v1::ListMembersResponse::kMembersFieldNumber)) {
        ++outline.members;
      }
    }
    if (!is_read) return std::nullopt;
  }
  return outline;
}

google::protobuf::ArenaOptions BeginningWith(char* block) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = kBlockBytes;
  return options;
}

}  // namespace

// A page that was asked for.
struct MemberPages::Call {
  grpc::ClientContext context;
  v1::ListMembersRequest request;
  grpc::ByteBuffer bytes;
  grpc::Status status;
  absl::Notification ended;
};

MemberPages::MemberPages(const Connection& connection,
                         v1::ListMembersRequest request, int64_t limit)
    : connection_(connection),
      stub_(connection.channel()),
      request_(std::move(request)),
      page_size_(request_.page_size()),
      left_(limit),
      block_(std::make_unique_for_overwrite<char[]>(kBlockBytes)),
      arena_(BeginningWith(block_.get())) {
  Ask();
}

MemberPages::~MemberPages() {
  if (call_ == nullptr) return;
  call_->context.TryCancel();
  call_->ended.WaitForNotification();
}

void MemberPages::Ask() {
  static const auto& method = *new std::string(
      std::string("/") + v1::AudienceService::service_full_name() +
      "/ListMembers");
  request_.set_page_size(static_cast<int32_t>(std::min(page_size_, left_)));
  call_ = std::make_unique<Call>();
  call_->request = request_;
  connection_.SetDeadline(call_->context, kTimeout);
  stub_.UnaryCall(&call_->context, method, grpc::StubOptions(), &call_->request,
                  &call_->bytes, [call = call_.get()](grpc::Status status) {
                    call->status = std::move(status);
                    call->ended.Notify();
                  });
}

absl::Status MemberPages::Next() {
  call_->ended.WaitForNotification();
  const std::unique_ptr<Call> ended = std::move(call_);
  if (!ended->status.ok()) return connection_.StatusOf(ended->status);
  AskBehind(ended->bytes);
  return Read(std::move(ended->bytes));
}

void MemberPages::AskBehind(const grpc::ByteBuffer& bytes) {
  std::optional<Outline> outline = OutlineOf(bytes);
  if (!outline) return;  // as reading the page will say
  left_ -= std::min(left_, outline->members);
  request_.set_page_token(std::move(outline->next_page_token));
  if (left_ > 0 && !request_.page_token().empty()) Ask();
}

absl::Status MemberPages::Read(grpc::ByteBuffer bytes) {
  arena_.Reset();
  page_ =
      google::protobuf::Arena::CreateMessage<v1::ListMembersResponse>(&arena_);
  grpc::ProtoBufferReader reader(&bytes);
  if (reader.status().ok() && page_->ParseFromZeroCopyStream(&reader)) {
    return absl::OkStatus();
  }
  return absl::InternalError("the daemon's answer is no page of members");
}

}  // namespace audienced
