#ifndef AUDIENCED_DAEMON_CTL_EXPORT_PART_FILE_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_PART_FILE_H_

#include <openssl/types.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace audienced {

// A file that is there whole or not at all: it is written as `PATH.part` and
// gets its name when it is complete and on disk. Only its owner may read it.
// One that is not kept is gone with the object. Not thread-safe.
class PartFile {
 public:
  static absl::StatusOr<PartFile> Create(std::string path);

  PartFile(PartFile&&) noexcept = default;
  PartFile& operator=(PartFile&&) = delete;
  ~PartFile();

  absl::Status Write(std::string_view text);

  // Gives the file its name. Once, and after it nothing else.
  absl::Status Keep();

  int64_t bytes() const { return bytes_; }
  // SHA-256 of what was written, in lower-case hexadecimal digits. Once.
  std::string Sha256();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Free {
    void operator()(EVP_MD_CTX* hash) const;
  };

  PartFile(std::string path, std::FILE* file);

  absl::Status Failed(std::string_view what) const;

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;  // null: kept, or moved away
  std::unique_ptr<EVP_MD_CTX, Free> hash_;
  int64_t bytes_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_PART_FILE_H_
