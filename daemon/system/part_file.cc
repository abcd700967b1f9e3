#include "daemon/system/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

std::string PartPath(const std::string& path) { return path + ".part"; }

constexpr mode_t kOwnerOnly = 0600;

absl::Status Fault(const char* what, const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(
      "cannot ", what, " ", PartPath(path), ": ", std::strerror(errno)));
}

}  // namespace

void PartFile::RemoveLeftover(const std::string& path) {
  unlink(PartPath(path).c_str());
}

absl::StatusOr<PartFile> PartFile::Create(std::string path) {
  // It would keep the permissions that it has, and lead where a link leads.
  RemoveLeftover(path);
  const int descriptor =
      open(PartPath(path).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
           kOwnerOnly);
  if (descriptor < 0) return Fault("write", path);
  return PartFile(std::move(path), fdopen(descriptor, "w"));
}

PartFile::PartFile(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file) {}

PartFile::~PartFile() {
  if (file_ != nullptr) RemoveLeftover(path_);
}

absl::Status PartFile::Write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    return Fault("write", path_);
  }
  bytes_ += static_cast<int64_t>(text.size());
  return absl::OkStatus();
}

absl::Status PartFile::Overwrite(std::string_view text) {
  std::rewind(file_.get());
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    return Fault("write", path_);
  }
  return absl::OkStatus();
}

absl::Status PartFile::Keep(Safety safety) {
  const bool is_written =
      std::fflush(file_.get()) == 0 &&
      (safety == Safety::kWritten || fdatasync(fileno(file_.get())) == 0);
  if (!is_written) return Fault("write", path_);
  if (std::rename(PartPath(path_).c_str(), path_.c_str()) != 0) {
    return Fault("name", path_);
  }
  file_.reset();
  return absl::OkStatus();
}

}  // namespace audienced
