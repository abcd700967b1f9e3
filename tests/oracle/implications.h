#ifndef AUDIENCED_TESTS_ORACLE_IMPLICATIONS_H_
#define AUDIENCED_TESTS_ORACLE_IMPLICATIONS_H_

#include <optional>
#include <string>

#include "rules/language/model.h"
#include "tests/oracle/oracle.h"

namespace audienced::oracle {

// What the checker says of conditions without any history, against this one:
// what it takes to hold never or always, and which condition implies or
// excludes which. Absent: nothing is wrong.
std::optional<std::string> WrongImplication(const Rulebook& rulebook,
                                            Oracle& oracle);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_IMPLICATIONS_H_
