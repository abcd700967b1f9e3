#ifndef AUDIENCED_DAEMON_CTL_TEXT_CODE_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_CODE_TEXT_H_

#include <string>

#include "rules/source/diagnostic.h"

namespace audienced {

// What a code of the table of faults means, several lines: what it is, why, and
// an example, wrong and right, where there is one.
std::string CodeText(const FaultCode& code);

// All codes, one a line: severity, name, what it is.
std::string CodeListText();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_CODE_TEXT_H_
