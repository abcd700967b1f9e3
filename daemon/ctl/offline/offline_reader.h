#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_READER_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/offline_profiles.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/event_mapping.h"
#include "rules/engine/compile/compiled_rulebook.h"

namespace audienced {

// The files that a verb works on without a daemon, as the command line names
// them.
struct OfflineFiles {
  std::string rules;
  std::string events;
  std::string mapping;   // empty: none
  std::string rejected;  // empty: beside the events
  absl::Duration retention = absl::InfiniteDuration();
};

// Reads rules and events from files, in the order of its methods. What is wrong
// is said on stderr; exit_code() is then what the run ends with. Not
// thread-safe.
class OfflineReader {
 public:
  // Borrows `files`.
  explicit OfflineReader(const OfflineFiles& files) : files_(files) {}

  // False where the rules cannot be read or have errors. Of events `columns`
  // are kept.
  bool ReadRules(Columns columns = Columns::kOfRules);
  // The number of the audience; absent, and the nearest name is told, where
  // there is none of that name.
  std::optional<size_t> FindAudience(const std::string& name);
  // False where the mapping or the file of events cannot be read. Lines that
  // are no events are listed and counted; they make the exit code kFailed, and
  // the rest is of use.
  bool ReadEvents();

  const std::shared_ptr<const CompiledRulebook>& rulebook() const {
    return rulebook_;
  }
  const OfflineProfiles& profiles() const { return *profiles_; }
  int64_t rejected_count() const { return rejected_count_; }
  ExitCode exit_code() const { return exit_code_; }

 private:
  bool ReadMapping();
  absl::Status TakeEvents(EventFile& file, Progress& progress);
  bool Fail(ExitCode exit_code, std::string_view message);

  const OfflineFiles& files_;
  ExitCode exit_code_ = ExitCode::kOk;
  std::shared_ptr<const CompiledRulebook> rulebook_;
  EventMapping mapping_;
  std::unique_ptr<OfflineProfiles> profiles_;
  int64_t rejected_count_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_READER_H_
