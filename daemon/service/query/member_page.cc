#include "daemon/service/query/member_page.h"

#include <utility>

namespace audienced {
void MemberPage::Add(v1::Member member) {
  v1::ListMembersResponse one;
  *one.add_members() = std::move(member);
  one.AppendToString(&bytes_);
  ++size_;
}

void MemberPage::Add(const ToldMember& member, MemberWriter& writer) {
  writer.Append(member, bytes_);
  ++size_;
}

std::string MemberPage::TakeBytes() {
  rest_.AppendToString(&bytes_);
  return std::move(bytes_);
}

}  // namespace audienced
