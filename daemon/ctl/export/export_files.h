#ifndef AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_FILES_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_FILES_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/export/manifest.h"
#include "daemon/ctl/export/member_sink.h"
#include "daemon/digest/digest.h"
#include "daemon/system/part_file.h"

namespace audienced {

// The files of one export in a folder of its own: cuts a stream of members into
// files within the limits of their format, and writes the manifest when all is
// there. What was not finished is taken away again. Not thread-safe.
class ExportFiles : public MemberSink {
 public:
  // Makes the folder if it is missing, readable for its owner alone.
  // FAILED_PRECONDITION where it cannot be written, or has an export already;
  // what one that was broken off has left is taken away.
  static absl::StatusOr<ExportFiles> Open(std::string folder,
                                          const Format& format,
                                          FileLimits limits);

  ExportFiles(ExportFiles&&) noexcept = default;
  ExportFiles& operator=(ExportFiles&&) = delete;
  ~ExportFiles() override;

  // Writes `member` into the file at hand, or into a new one where it is full
  // or of another action. A member that the format skips is counted.
  absl::Status Add(FileAction action, const v1::Member& member) override;

  // Counts a member that is not written.
  void Skip(const std::string& why) override { ++skipped_[why]; }

  // Completes the last file and writes the manifest; `manifest` says the rest
  // and gets what was written.
  absl::Status Finish(Manifest& manifest);

 private:
  ExportFiles(std::string folder, const Format& format, FileLimits limits)
      : folder_(std::move(folder)), format_(&format), limits_(limits) {}

  absl::Status Write(std::string_view text);
  absl::Status OpenFile(FileAction action);
  absl::Status CloseFile();
  bool HasRoomFor(const FormatRecord& record) const;
  std::string PathOf(std::string_view name) const;

  std::string folder_;
  const Format* format_;
  FileLimits limits_;
  std::optional<PartFile> file_;     // at hand
  Sha256Stream digest_;              // of that
  std::vector<ExportedFile> files_;  // the one at hand included
  std::map<std::string, int64_t> skipped_;
  bool finished_ = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_EXPORT_FILES_H_
