#ifndef AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_

#include <string>

#include "audienced/v1/rule_service.pb.h"

namespace audienced {

// A funnel for people: a line a rung with a bar for how many came so far, and
// below it where most were lost, as the condition of an audience.
std::string FunnelTable(const v1::ReportFunnelResponse& report, bool utf8);

// For programs: the rungs as CSV with a head line; times in seconds.
std::string FunnelCsv(const v1::ReportFunnelResponse& report);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_
