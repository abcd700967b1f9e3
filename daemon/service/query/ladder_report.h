#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_LADDER_REPORT_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_LADDER_REPORT_H_

#include <functional>

#include "absl/status/status.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"

namespace audienced {

// Answer RuleService.ReportFunnel and RuleService.ReportConversions. CANCELLED
// soon after `cancelled` says so.
absl::Status RunFunnelReport(const Stages& stages,
                             const v1::ReportFunnelRequest& request,
                             const std::function<bool()>& cancelled,
                             v1::ReportFunnelResponse& response);
absl::Status RunConversionReport(const Stages& stages,
                                 const v1::ReportConversionsRequest& request,
                                 const std::function<bool()>& cancelled,
                                 v1::ReportConversionsResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_LADDER_REPORT_H_
