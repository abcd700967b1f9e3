#include "daemon/ingest/rule_folder.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

bool IsRuleFile(const std::string& name) {
  return name.ends_with(".yaml") && !name.ends_with(".test.yaml") &&
         !name.starts_with(".");
}

absl::Status FolderError(const std::string& folder, std::error_code error) {
  return absl::ErrnoToStatus(error.value(), Concat("cannot read ", folder));
}

absl::StatusOr<std::vector<std::string>> RuleFileNames(
    const std::string& folder) {
  std::error_code error;
  std::vector<std::string> names;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (IsRuleFile(name)) names.push_back(name);
  }
  if (error) return FolderError(folder, error);
  if (names.empty()) {
    return absl::NotFoundError(
        Concat("no rule file (*.yaml) in the folder ", folder));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

absl::StatusOr<SourceFile> ReadSourceFile(const std::string& path,
                                          const std::string& name) {
  std::FILE* file = std::fopen(path.c_str(), "rbe");
  if (file == nullptr) {
    return absl::ErrnoToStatus(errno, Concat("cannot read ", path));
  }
  std::string text(SourceFile::kSizeLimitBytes + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  const bool failed = std::ferror(file) != 0;
  const int error = errno;
  std::fclose(file);
  if (failed) {
    return absl::ErrnoToStatus(error, Concat("cannot read ", path));
  }
  return SourceFile(name, std::move(text));
}

absl::StatusOr<std::vector<SourceFile>> ReadRuleFolder(
    const std::string& folder) {
  std::vector<std::string> names;
  fs::path parent = folder;
  std::error_code error;
  if (fs::is_regular_file(folder, error)) {
    names = {parent.filename()};
    parent = parent.parent_path();
  } else {
    absl::StatusOr<std::vector<std::string>> found = RuleFileNames(folder);
    if (!found.ok()) return found.status();
    names = *std::move(found);
  }
  std::vector<SourceFile> files;
  size_t size_bytes = 0;
  for (const std::string& name : names) {
    absl::StatusOr<SourceFile> file = ReadSourceFile(parent / name, name);
    if (!file.ok()) return file.status();
    size_bytes += file->text().size();
    if (size_bytes > kRuleFolderLimitBytes) {
      return absl::ResourceExhaustedError(
          Concat("the rule files in ", folder, " have more than ",
                 std::to_string(kRuleFolderLimitBytes), " bytes together"));
    }
    files.push_back(*std::move(file));
  }
  return files;
}

}  // namespace audienced
