#ifndef AUDIENCED_DAEMON_CTL_TEXT_CONVERSION_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_CONVERSION_TEXT_H_

#include <string>

#include "audienced/v1/rule_service.pb.h"

namespace audienced {

// What conversions are worth, for people: a table of all of them, and one of
// those that foretell the goal, the strongest first, with that as the condition
// of an audience.
std::string ConversionTables(const v1::ReportConversionsResponse& report);

// For programs: a line a conversion as CSV with a head line.
std::string ConversionCsv(const v1::ReportConversionsResponse& report);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_CONVERSION_TEXT_H_
