#ifndef AUDIENCED_DAEMON_CTL_CLIENT_MEMBER_PAGES_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_MEMBER_PAGES_H_

#include <google/protobuf/arena.h>

#include <cstdint>
#include <limits>
#include <memory>

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/ctl/client/connection.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"

namespace audienced {

// The members of one list, page by page. As soon as a page has come the one
// behind it is asked for, so that the daemon makes it while this one is read.
// Pages are read into the same memory one after the other, and the next one is
// there as bytes at most. Not thread-safe.
class MemberPages {
 public:
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

  // Asks for the first page of the list of `request`, which has the size of a
  // page; of at most `limit` members in all. Borrows `connection`.
  MemberPages(const Connection& connection, v1::ListMembersRequest request,
              int64_t limit = kNoLimit);

  // A page that is still to come is given up.
  ~MemberPages();

  MemberPages(const MemberPages&) = delete;
  MemberPages& operator=(const MemberPages&) = delete;

  // Whether page() is the last one: of the list, or within the limit.
  bool at_end() const { return call_ == nullptr; }

  // Waits for the next page, where there is one. An error is one line for
  // people, and no page is read after it.
  absl::Status Next();

  // The page that Next() waited for, until it is called again.
  v1::ListMembersResponse& page() { return *page_; }

 private:
  struct Call;

  void Ask();
  // Asks for the page behind the one of `bytes`, if there is one and it is
  // wanted.
  void AskBehind(const grpc::ByteBuffer& bytes);
  absl::Status Read(grpc::ByteBuffer bytes);

  const Connection& connection_;
  grpc::TemplatedGenericStub<v1::ListMembersRequest, grpc::ByteBuffer> stub_;
  v1::ListMembersRequest request_;  // of the page that is asked for next
  const int64_t page_size_;
  int64_t left_;  // members, up to the limit
  const std::unique_ptr<char[]> block_;
  google::protobuf::Arena arena_;
  v1::ListMembersResponse* page_ = nullptr;  // in the arena
  std::unique_ptr<Call> call_;               // null: no page is to come
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_MEMBER_PAGES_H_
