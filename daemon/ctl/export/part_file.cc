#include "daemon/ctl/export/part_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string PartPath(const std::string& path) { return path + ".part"; }

constexpr mode_t kOwnerOnly = 0600;

}  // namespace

void PartFile::Free::operator()(EVP_MD_CTX* hash) const {
  EVP_MD_CTX_free(hash);
}

absl::StatusOr<PartFile> PartFile::Create(std::string path) {
  const std::string part = PartPath(path);
  const int descriptor =
      open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return absl::FailedPreconditionError(
        Concat("cannot write ", part, ": ", std::strerror(errno)));
  }
  return PartFile(std::move(path), fdopen(descriptor, "w"));
}

PartFile::PartFile(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file), hash_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr);
}

PartFile::~PartFile() {
  if (file_ != nullptr) unlink(PartPath(path_).c_str());
}

absl::Status PartFile::Write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) {
    return Failed("write");
  }
  EVP_DigestUpdate(hash_.get(), text.data(), text.size());
  bytes_ += static_cast<int64_t>(text.size());
  return absl::OkStatus();
}

absl::Status PartFile::Keep() {
  if (std::fflush(file_.get()) != 0 || fdatasync(fileno(file_.get())) != 0) {
    return Failed("write");
  }
  if (std::rename(PartPath(path_).c_str(), path_.c_str()) != 0) {
    return Failed("name");
  }
  file_.reset();
  return absl::OkStatus();
}

std::string PartFile::Sha256() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(hash_.get(), hash.data(), &size);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(hash.data()), size));
}

absl::Status PartFile::Failed(std::string_view what) const {
  return absl::FailedPreconditionError(Concat(
      "cannot ", what, " ", PartPath(path_), ": ", std::strerror(errno)));
}

}  // namespace audienced
