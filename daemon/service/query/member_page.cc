#include "daemon/service/query/member_page.h"

#include <utility>

namespace audienced {

v1::Member& MemberPage::NewMember() {
  member_.clear_members();
  return *member_.add_members();
}

void MemberPage::AddMember() {
  member_.AppendToString(&bytes_);
  ++size_;
}

std::string MemberPage::TakeBytes() {
  rest_.AppendToString(&bytes_);
  return std::move(bytes_);
}

}  // namespace audienced
