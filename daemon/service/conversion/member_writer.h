#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_MEMBER_WRITER_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_MEMBER_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "audienced/v1/audience.pb.h"
#include "daemon/pipeline/profile.h"
#include "daemon/service/conversion/identifier_view.h"

namespace audienced {

// What is told of one member. Borrowed.
struct ToldMember {
  ProfileId profile{};
  const AudienceMembership& stay;  // its own `context` is not told
  const ToldPerson& person;
  const std::vector<ConsentStanding>& consents;
  const v1::Context* context = nullptr;  // null: none
};

// Writes the members of one audience as they go out: the bytes that a
// v1::Member with FillMember() and all that is told of the person would have,
// without making it. Lists are long, and such a message is many pieces of
// memory. Not thread-safe.
class MemberWriter {
 public:
  explicit MemberWriter(const std::string& audience);

  // Adds to the bytes of a ListMembersResponse one of its `members`.
  void Append(const ToldMember& member, std::string& bytes);

 private:
  // The fields of a member, in the order of their numbers; where they end.
  uint8_t* Write(const ToldMember& member, const std::string& profile,
                 uint8_t* at) const;

  const std::string audience_;
  // Of the member at hand; the memory is used again.
  std::string key_;
  std::string member_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_MEMBER_WRITER_H_
