#ifndef AUDIENCED_DAEMON_STORE_TABLES_ASKED_JSON_H_
#define AUDIENCED_DAEMON_STORE_TABLES_ASKED_JSON_H_

#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace audienced {

// Adds to `into` what `asks` says yes to of `json`: of an object, and of each
// object in a list, the members with such names, as they stand there; of what
// they hold in turn, all. Nothing of the rest is looked at but where it ends.
// All else is added whole: names that are written with an escape, what is
// neither object nor list, and what is no JSON.
void AppendAsked(std::string_view json,
                 absl::FunctionRef<bool(std::string_view)> asks,
                 std::string& into);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_ASKED_JSON_H_
