#include "daemon/history_cache/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace audienced {

absl::StatusOr<MappedFile> MappedFile::Open(const std::string& path) {
  const auto failed = [&path](const char* what) {
    const std::string message =
        absl::StrCat("cannot ", what, " ", path, ": ", std::strerror(errno));
    return errno == ENOENT ? absl::NotFoundError(message)
                           : absl::FailedPreconditionError(message);
  };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed("open");
  const absl::Cleanup close_it = [descriptor] { close(descriptor); };
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return failed("read");
  const auto size = static_cast<size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);
  void* const bytes =
      mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (bytes == MAP_FAILED) return failed("read");
  madvise(bytes, size, MADV_SEQUENTIAL);
  return MappedFile(static_cast<char*>(bytes), size);
}

void MappedFile::Unmap::operator()(char* bytes) const { munmap(bytes, size); }

}  // namespace audienced
