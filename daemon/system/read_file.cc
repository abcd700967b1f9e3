#include "daemon/system/read_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"

namespace audienced {

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  const auto fault = [&] {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("cannot read the file '", path, "'"));
  };
  const std::unique_ptr<std::FILE, decltype(&std::fclose)> file(
      std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (file == nullptr) return fault();
  std::string text;
  std::array<char, 1 << 16> block;
  while (text.size() < limit) {
    const size_t count =
        std::fread(block.data(), 1, std::min(block.size(), limit - text.size()),
                   file.get());
    if (count == 0) break;
    text.append(block.data(), count);
  }
  if (std::ferror(file.get()) != 0) return fault();
  return text;
}

}  // namespace audienced
