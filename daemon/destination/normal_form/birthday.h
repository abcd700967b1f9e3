#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_BIRTHDAY_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_BIRTHDAY_H_

#include <string_view>

#include "daemon/destination/destination.h"

// Dates of birth as matchers compare them. A date is `1990-02-28`, `19900228`,
// or a timestamp that begins so, from 1900 to 2100; `02/28/1990` is none, as
// day and month cannot be told apart.
//
// Meta: "Hash and normalize customer information", `DOBY`, `DOBM`, `DOBD`.

namespace audienced {

// `1990`.
NormalForm BirthYear(std::string_view value);
// `02`.
NormalForm BirthMonth(std::string_view value);
// `28`.
NormalForm BirthDay(std::string_view value);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_BIRTHDAY_H_
