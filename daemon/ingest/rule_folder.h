#ifndef AUDIENCED_DAEMON_INGEST_RULE_FOLDER_H_
#define AUDIENCED_DAEMON_INGEST_RULE_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/source/source_file.h"

namespace audienced {

inline constexpr size_t kRuleFolderLimitBytes = 16 << 20;

// The rule files of a rulebook: every `*.yaml` directly in `folder` that is no
// rule test (`*.test.yaml`), sorted by name and named without the folder.
// NOT_FOUND where there is no such folder, or no such file in it;
// RESOURCE_EXHAUSTED where they have more than kRuleFolderLimitBytes together.
// Where `folder` is itself a file, it alone is the rulebook.
absl::StatusOr<std::vector<SourceFile>> ReadRuleFolder(
    const std::string& folder);

// The rule tests beside them: every `*.test.yaml` directly in `folder`, sorted
// by name; none where there are none, and where `folder` is a file.
absl::StatusOr<std::vector<SourceFile>> ReadRuleTests(
    const std::string& folder);

// What somebody may take for rules in `folder`, and is passed over: files
// `*.yml`, and folders with YAML files (`sub/`). Sorted; none where `folder` is
// a file or cannot be read.
std::vector<std::string> PassedOver(const std::string& folder);

// The whole file at `path`, named `name`. A file above the limit of rule files
// is read only as far as is needed to be refused for it.
absl::StatusOr<SourceFile> ReadSourceFile(const std::string& path,
                                          const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_RULE_FOLDER_H_
