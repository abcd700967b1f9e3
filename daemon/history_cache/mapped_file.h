#ifndef AUDIENCED_DAEMON_HISTORY_CACHE_MAPPED_FILE_H_
#define AUDIENCED_DAEMON_HISTORY_CACHE_MAPPED_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace audienced {

// The bytes of a file, mapped for reading from its begin to its end. They stay
// where the file is deleted.
class MappedFile {
 public:
  // NOT_FOUND where there is none, FAILED_PRECONDITION where it cannot be read.
  static absl::StatusOr<MappedFile> Open(const std::string& path);

  std::string_view bytes() const { return {bytes_.get(), size_}; }

 private:
  struct Unmap {
    size_t size = 0;
    void operator()(char* bytes) const;
  };

  MappedFile(char* bytes, size_t size)
      : bytes_(bytes, Unmap{size}), size_(size) {}

  std::unique_ptr<char, Unmap> bytes_;
  size_t size_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HISTORY_CACHE_MAPPED_FILE_H_
