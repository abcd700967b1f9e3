#ifndef AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_

#include <string>

#include "audienced/v1/rule_service.pb.h"

namespace audienced {

// A funnel for people: a line a rung, what is to be known of its numbers, and
// an audience of those who were lost on the way.
std::string FunnelTable(const v1::ReportFunnelResponse& report);

// For programs: the rungs as CSV with a head line; times in seconds.
std::string FunnelCsv(const v1::ReportFunnelResponse& report);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_FUNNEL_TEXT_H_
