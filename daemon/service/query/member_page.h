#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_PAGE_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_PAGE_H_

#include <string>

#include "audienced/v1/audience_service.pb.h"
#include "daemon/service/conversion/member_writer.h"

namespace audienced {

// The answer of ListMembers while it is made. Its members are kept as the bytes
// that they go out as: thousands of messages would else be made, to be let go
// at once. Not thread-safe.
class MemberPage {
 public:
  // The answer is going to have so many bytes, about.
  void Reserve(size_t size_bytes) { bytes_.reserve(size_bytes); }

  void Add(v1::Member member);
  void Add(const ToldMember& member, MemberWriter& writer);

  int size() const { return size_; }
  size_t size_bytes() const { return bytes_.size(); }

  // The fields of the answer other than its members.
  v1::ListMembersResponse& rest() { return rest_; }

  // The answer: messages one after the other are one message with the fields of
  // all. Nothing is left.
  std::string TakeBytes();

 private:
  std::string bytes_;
  int size_ = 0;
  v1::ListMembersResponse rest_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_MEMBER_PAGE_H_
