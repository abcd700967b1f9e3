#include "daemon/ctl/export/format/member_identifiers.h"

namespace audienced {

std::vector<std::string> ValuesOf(const v1::Member& member,
                                  std::string_view kind) {
  std::vector<std::string> values;
  for (const v1::Identifier& identifier : member.identifiers()) {
    if (identifier.kind() == kind) values.push_back(identifier.value());
  }
  return values;
}

std::string FirstValueOf(const v1::Member& member, std::string_view kind) {
  return ValueAt(ValuesOf(member, kind), 0);
}

std::string ValueAt(const std::vector<std::string>& values, size_t index) {
  return index < values.size() ? values[index] : "";
}

}  // namespace audienced
