#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_FOLDER_TARGET_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_FOLDER_TARGET_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/sync/target/target.h"

namespace audienced {

// A folder that gets numbered files, each to be acted on once and in the order
// of the numbers: `000017-remove.csv`, `000018-add.csv`. A file is there whole
// or not at all; one that was there before a crash is written again, the same,
// and no other is replaced: its number is passed over. Files may be taken away
// at any time.
//
// A batch is what it comes to, removals first: of each identifier, or of each
// profile where the format knows people by it, the last word counts.
class FolderTarget : public Target {
 public:
  // Makes the folder where it is missing, for its owner alone.
  // FAILED_PRECONDITION where that fails.
  static absl::StatusOr<std::unique_ptr<FolderTarget>> Open(
      const std::string& folder, std::unique_ptr<Format> format);

  BatchLimits limits() const override;
  DeliveryResult Deliver(const DeliveryBatch& batch) override;

 private:
  FolderTarget(std::string folder, std::unique_ptr<Format> format);

  absl::Status WriteFiles(FileAction action,
                          const std::vector<v1::Member>& members,
                          int64_t& next_file) const;
  absl::Status WriteFile(FileAction action, const std::string& text,
                         int64_t& next_file) const;
  std::string PathOf(int64_t number, FileAction action) const;
  // Whether the number is that of a file that is not to be replaced by `text`:
  // another sync has written it, or one whose state is lost, and nobody may
  // have acted on it yet.
  bool IsTaken(int64_t number, FileAction action,
               const std::string& text) const;

  const std::string folder_;
  const std::unique_ptr<Format> format_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_FOLDER_TARGET_H_
