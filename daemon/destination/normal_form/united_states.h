#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_UNITED_STATES_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_UNITED_STATES_H_

#include <string_view>

namespace audienced {

// The two letters of a state, the federal district or a territory of the United
// States by its name, both as letters in lower case: `newyork` is `ny`. Empty
// where there is none.
std::string_view StateCode(std::string_view name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_UNITED_STATES_H_
