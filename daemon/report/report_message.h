#ifndef AUDIENCED_DAEMON_REPORT_REPORT_MESSAGE_H_
#define AUDIENCED_DAEMON_REPORT_REPORT_MESSAGE_H_

#include "audienced/v1/rule_service.pb.h"
#include "rules/language/model.h"
#include "rules/report/backtest.h"
#include "rules/report/conversion_study.h"
#include "rules/report/funnel.h"

namespace audienced {

// Reports as messages, all but the faults of rules. `question` is what was
// asked of `rules`.
void FillFunnel(const Rulebook& rules, const FunnelQuestion& question,
                const FunnelReport& report, v1::ReportFunnelResponse& into);
void FillEffect(const HoldoutEffect& effect, v1::HoldoutEffect& into);
void FillConversions(const Rulebook& rules, const ConversionQuestion& question,
                     const ConversionReport& report,
                     v1::ReportConversionsResponse& into);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_REPORT_REPORT_MESSAGE_H_
