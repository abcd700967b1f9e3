#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_IDENTIFIERS_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_IDENTIFIERS_H_

#include <string>
#include <string_view>
#include <vector>

#include "audienced/v1/audience.pb.h"

namespace audienced {

// Why nothing is written of a member that has none of a format's identifiers.
inline constexpr char kNoIdentifier[] = "no_identifier";

// The values of all identifiers of `kind`, in their order.
std::vector<std::string> ValuesOf(const v1::Member& member,
                                  std::string_view kind);

// The first of them; empty where there is none.
std::string FirstValueOf(const v1::Member& member, std::string_view kind);

// `values[index]`; empty where there are fewer.
std::string ValueAt(const std::vector<std::string>& values, size_t index);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_MEMBER_IDENTIFIERS_H_
