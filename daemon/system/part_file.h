#ifndef AUDIENCED_DAEMON_SYSTEM_PART_FILE_H_
#define AUDIENCED_DAEMON_SYSTEM_PART_FILE_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace audienced {

// A file that is there whole or not at all: it is written as `PATH.part`, and
// gets its name when it is complete. Only its owner may read it. One that is
// not kept is gone with the object. Methods fail with FAILED_PRECONDITION.
// Not thread-safe.
class PartFile {
 public:
  // What one that was broken off has left is taken away.
  static absl::StatusOr<PartFile> Create(std::string path);
  // Takes away what one that was broken off has left, if anything.
  static void RemoveLeftover(const std::string& path);

  PartFile(PartFile&&) noexcept = default;
  PartFile& operator=(PartFile&&) = default;
  ~PartFile();

  absl::Status Write(std::string_view text);
  // Writes over as much of what was written first. Before Keep() alone.
  absl::Status Overwrite(std::string_view text);

  // Gives the file its name. Once, and after it nothing else.
  enum class Safety {
    kOnDisk,   // it outlives a fall of the machine
    kWritten,  // it outlives one of the program
  };
  absl::Status Keep(Safety safety = Safety::kOnDisk);

  int64_t bytes() const { return bytes_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  PartFile(std::string path, std::FILE* file);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;  // null: kept, or moved away
  int64_t bytes_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_PART_FILE_H_
