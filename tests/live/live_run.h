#ifndef AUDIENCED_TESTS_LIVE_LIVE_RUN_H_
#define AUDIENCED_TESTS_LIVE_LIVE_RUN_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "audienced/v1/event_service.grpc.pb.h"
#include "audienced/v1/profile_service.grpc.pb.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/scenario/scenario.h"
#include "rules/scenario/virtual_run.h"
#include "rules/source/source_file.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {

// One rule test lived through by a real daemon: its clock is stepped to each
// instant at which the test receives something, expects something, or changes
// something, and the events and merges go in over gRPC. What the daemon answers
// and publishes is compared with what the test says and with a run in virtual
// time.
class LiveRun {
 public:
  // `database` is an empty database; `rules` are those of `rulebook`. Borrows
  // `test`.
  LiveRun(const ScenarioTest& test,
          std::shared_ptr<const CompiledRulebook> rulebook,
          const std::vector<SourceFile>& rules, const std::string& database);

  // What differs, as text; empty: nothing.
  std::string Run();

 private:
  std::set<Instant> Steps() const;
  void SetClock(Instant now) const;
  void Receive(Instant now);
  void Merge(const ScenarioMerge& merge);
  void WaitThrough(Instant now);
  void Learn();
  void Check(const Expectation& expectation);
  void CheckChanges();
  // Whether an event becomes known at `t`.
  bool IsReceived(Instant t) const;
  // Whether the audience publishes what a run in virtual time records.
  bool IsPublishedWhole(const std::string& audience) const;

  const ScenarioTest& test_;
  const std::shared_ptr<const CompiledRulebook> rulebook_;
  VirtualRun virtual_run_;
  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<v1::AudienceService::Stub> audiences_;
  std::unique_ptr<v1::EventService::Stub> events_;
  std::unique_ptr<v1::ProfileService::Stub> profiles_;
  std::set<std::string> names_;  // that events had
  // At which events of several origins came, each in a request of its own.
  std::set<Instant> divided_;
  std::set<std::string> learned_;             // of these
  std::set<std::string> absorbed_;            // of these
  std::map<std::string, std::string> known_;  // name by the daemon's id
  std::string cursor_;
  std::string differences_;
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_LIVE_LIVE_RUN_H_
