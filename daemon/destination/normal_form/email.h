#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_EMAIL_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_EMAIL_H_

#include <string_view>

#include "daemon/destination/destination.h"

// E-mail addresses as matchers compare them. All are in lower case, without
// white space around, and have exactly one `@` and a domain with a dot; what is
// none is left out as kNotAnEmail.

namespace audienced {

// As it is otherwise; white space inside makes it none. Meta: "Hash and
// normalize customer information", `EMAIL`; LinkedIn: "Matched audiences,
// users", `SHA256_EMAIL`.
NormalForm PlainEmail(std::string_view value);

// White space inside is taken out too. TikTok: "List of supported IDs and
// formats for a customer file".
NormalForm SpacelessEmail(std::string_view value);

// SpacelessEmail(), and of an address at gmail.com or googlemail.com, which
// stays where it is, dots and everything from the first `+` on go from the part
// before the `@`. Google: "Format user data" of the Data Manager API.
NormalForm GoogleEmail(std::string_view value);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_EMAIL_H_
