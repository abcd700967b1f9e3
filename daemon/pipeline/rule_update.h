#ifndef AUDIENCED_DAEMON_PIPELINE_RULE_UPDATE_H_
#define AUDIENCED_DAEMON_PIPELINE_RULE_UPDATE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/store/records.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/source/source_file.h"

namespace audienced {

// Rules to be put in force, and who wants it. A value.
struct RuleUpdate {
  std::vector<SourceFile> files;                     // without rule tests
  std::shared_ptr<const CompiledRulebook> rulebook;  // made from `files`
  RuleSource source = RuleSource::kFolder;
  std::string author;
  std::string note;
  // Whether those who are in an audience when it is new are marked `existing`,
  // so that nobody takes them for people who just did something.
  bool mark_existing = true;
};

// The rule files of `record`.
std::vector<SourceFile> FilesOf(const RuleVersionRecord& record);

// The update that put `record` in force once, for events that count for less
// than `retention`. INVALID_ARGUMENT where its rules are none to this version
// of the daemon; FAILED_PRECONDITION where they ask for more than `retention`.
absl::StatusOr<RuleUpdate> ToUpdate(const RuleVersionRecord& record,
                                    absl::Duration retention);

// What is kept of `update` when it comes into force as `version`; when is left
// open.
RuleVersionRecord ToRecord(const RuleUpdate& update, int64_t version);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_RULE_UPDATE_H_
