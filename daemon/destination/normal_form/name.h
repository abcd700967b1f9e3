#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_NAME_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_NAME_H_

#include <string_view>

#include "daemon/destination/destination.h"

// Names of people as matchers compare them: in lower case, without punctuation,
// marks on letters kept; `José-María` is `josémaría`. Words stay apart by one
// space.

namespace audienced {

// Meta: "Hash and normalize customer information", `FN` and `LN`.
NormalForm PlainName(std::string_view value);

// Without the title before it: `Dr. Ann` is `ann`. Google: "Format user data"
// of the Data Manager API, `given_name`.
NormalForm NameWithoutTitle(std::string_view value);

// Without what stands behind it: `Smith Jr.` is `smith`. Google, as above,
// `family_name`.
NormalForm NameWithoutSuffix(std::string_view value);

// `f` or `m`, by the English words and their first letters. Meta: as above,
// `GEN`.
NormalForm Gender(std::string_view value);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_NAME_H_
