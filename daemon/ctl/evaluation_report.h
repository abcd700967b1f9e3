#ifndef AUDIENCED_DAEMON_CTL_EVALUATION_REPORT_H_
#define AUDIENCED_DAEMON_CTL_EVALUATION_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "daemon/ctl/offline/offline_profiles.h"
#include "rules/language/model.h"

namespace audienced {

// What `audiencectl evaluate` found.
struct EvaluationReport {
  absl::Time at;
  int64_t profile_count = 0;
  int64_t event_count = 0;
  int64_t rejected_count = 0;
  struct AudienceMembers {
    const Audience* audience = nullptr;
    std::vector<OfflineMember> members;  // sorted by profile
  };
  std::vector<AudienceMembers> audiences;
};

// For people: the members of a single audience, or one line an audience.
void PrintMembersTable(const EvaluationReport& report);
void PrintAudiencesTable(const EvaluationReport& report);

// For programs: one JSON object, with the members of every audience.
void PrintReportJson(const EvaluationReport& report);

// For the shell: the profiles of the only audience, one a line.
void PrintIds(const EvaluationReport& report);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EVALUATION_REPORT_H_
