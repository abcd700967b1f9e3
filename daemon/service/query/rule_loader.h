#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_RULE_LOADER_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_RULE_LOADER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "audienced/v1/rule_service.pb.h"
#include "daemon/service/stages.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// Reads the rule folder of the daemon again and puts it in force, and remembers
// how the last time went. Thread-safe.
class RuleLoader {
 public:
  // Reads the folder once, so that its lints and faults are known; changes
  // nothing. Borrows `stages`.
  RuleLoader(const Stages& stages, std::string folder);

  // Reads and checks the folder and, where it has no errors and is not only
  // validated, puts it in force. `done` is called once, from here or from the
  // pipeline; faults of the rules are an answer. The loader need not live until
  // then.
  void Reload(
      bool validate_only,
      std::function<void(absl::StatusOr<v1::ReloadRulesResponse>)> done);

  // Answers RuleService.GetRulebook.
  absl::Status GetRulebook(const v1::GetRulebookRequest& request,
                           v1::GetRulebookResponse& response) const;

 private:
  struct Load {
    std::vector<SourceFile> files;
    Diagnostics diagnostics;
    absl::Time time = absl::InfinitePast();
  };

  // FAILED_PRECONDITION with RULES_UNREADABLE.
  absl::StatusOr<Load> ReadFolder() const;

  // What is remembered; the pipeline may answer after the loader is gone.
  struct Memory {
    absl::Mutex mutex;
    Load last ABSL_GUARDED_BY(mutex);
    bool applying ABSL_GUARDED_BY(mutex) = false;
  };

  const Stages& stages_;
  const std::string folder_;
  const std::shared_ptr<Memory> memory_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_RULE_LOADER_H_
