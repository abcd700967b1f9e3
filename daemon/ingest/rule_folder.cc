#include "daemon/ingest/rule_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "daemon/system/read_file.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

enum class FileKind { kRules, kTests };

bool IsOfKind(const std::string& name, FileKind kind) {
  return name.ends_with(".yaml") && !name.starts_with(".") &&
         name.ends_with(".test.yaml") == (kind == FileKind::kTests);
}

bool IsYaml(const std::string& name) {
  return !name.starts_with(".") &&
         (name.ends_with(".yaml") || name.ends_with(".yml"));
}

absl::Status FolderError(const std::string& folder, std::error_code error) {
  return absl::ErrnoToStatus(error.value(), Concat("cannot read ", folder));
}

// The names directly in `folder` that are `wanted`, sorted.
absl::StatusOr<std::vector<std::string>> NamesIn(
    const std::string& folder,
    absl::FunctionRef<bool(const std::string& name)> wanted) {
  std::error_code error;
  std::vector<std::string> names;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (wanted(name)) names.push_back(name);
  }
  if (error) return FolderError(folder, error);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::vector<std::string>> FileNames(const std::string& folder,
                                                   FileKind kind) {
  return NamesIn(
      folder, [kind](const std::string& name) { return IsOfKind(name, kind); });
}

bool HasYaml(const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> names =
      NamesIn(folder, IsYaml);
  return names.ok() && !names->empty();
}

absl::StatusOr<std::vector<SourceFile>> ReadFiles(
    const fs::path& folder, const std::vector<std::string>& names) {
  std::vector<SourceFile> files;
  size_t size_bytes = 0;
  for (const std::string& name : names) {
    // One that has no writer would be waited for.
    std::error_code error;
    if (fs::is_fifo(folder / name, error) ||
        fs::is_socket(folder / name, error)) {
      return absl::InvalidArgumentError(
          Concat((folder / name).string(), " is no regular file"));
    }
    absl::StatusOr<SourceFile> file = ReadSourceFile(folder / name, name);
    if (!file.ok()) return file.status();
    size_bytes += file->text().size();
    if (size_bytes > kRuleFolderLimitBytes) {
      return absl::ResourceExhaustedError(
          Concat("the files in ", folder.string(), " have more than ",
                 std::to_string(kRuleFolderLimitBytes), " bytes together"));
    }
    files.push_back(*std::move(file));
  }
  return files;
}

}  // namespace

absl::StatusOr<SourceFile> ReadSourceFile(const std::string& path,
                                          const std::string& name) {
  absl::StatusOr<std::string> text =
      ReadFile(path, SourceFile::kSizeLimitBytes + 1);
  if (!text.ok()) return text.status();
  return SourceFile(name, *std::move(text));
}

absl::StatusOr<std::vector<SourceFile>> ReadRuleFolder(
    const std::string& folder) {
  std::error_code error;
  if (fs::is_regular_file(folder, error)) {
    const fs::path file = folder;
    return ReadFiles(file.parent_path(), {file.filename()});
  }
  const absl::StatusOr<std::vector<std::string>> names =
      FileNames(folder, FileKind::kRules);
  if (!names.ok()) return names.status();
  if (names->empty()) {
    return absl::NotFoundError(
        Concat("no rule file (*.yaml) in the folder ", folder));
  }
  return ReadFiles(folder, *names);
}

std::vector<std::string> PassedOver(const std::string& folder) {
  const auto is_folder = [&](const std::string& name) {
    std::error_code ignored;
    return fs::is_directory(fs::path(folder) / name, ignored);
  };
  absl::StatusOr<std::vector<std::string>> names =
      NamesIn(folder, [&](const std::string& name) {
        if (name.starts_with(".")) return false;
        return is_folder(name) ? HasYaml(fs::path(folder) / name)
                               : name.ends_with(".yml");
      });
  if (!names.ok()) return {};
  for (std::string& name : *names) {
    if (is_folder(name)) name += "/";
  }
  return *std::move(names);
}

absl::StatusOr<std::vector<SourceFile>> ReadRuleTests(
    const std::string& folder) {
  std::error_code error;
  if (fs::is_regular_file(folder, error)) return std::vector<SourceFile>();
  const absl::StatusOr<std::vector<std::string>> names =
      FileNames(folder, FileKind::kTests);
  if (!names.ok()) return names.status();
  return ReadFiles(folder, *names);
}

}  // namespace audienced
