#include "daemon/ctl/export/export_files.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "re2/re2.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

constexpr char kManifestName[] = "manifest.json";

// `remove-000001.json`.
std::string FileName(FileAction action, int64_t number,
                     std::string_view extension) {
  char digits[24];
  std::snprintf(digits, sizeof(digits), "%06lld",
                static_cast<long long>(number));
  return Concat(Name(action), "-", digits, ".", extension);
}

// Takes away what an export that was broken off has left.
void RemoveLeftovers(const std::string& folder) {
  static const re2::RE2& ours = *new re2::RE2(
      "((add|remove)-[0-9]{6,}\\.[a-z]+|manifest\\.json)"
      "(\\.part)?");
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (re2::RE2::FullMatch(name, ours)) fs::remove(entry.path(), error);
  }
}

}  // namespace

absl::StatusOr<ExportFiles> ExportFiles::Open(std::string folder,
                                              const Format& format,
                                              FileLimits limits) {
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (!fs::is_directory(folder)) {
    return absl::FailedPreconditionError(Concat(
        "cannot make the folder ", folder, ": ",
        error ? error.message() : std::string("there is a file of that name")));
  }
  if (fs::exists(fs::path(folder) / kManifestName)) {
    return absl::FailedPreconditionError(
        Concat("there is an export in ", folder,
               " already; name another folder, or take it away"));
  }
  RemoveLeftovers(folder);
  return ExportFiles(std::move(folder), format, limits);
}

ExportFiles::~ExportFiles() {
  if (finished_ || folder_.empty()) return;
  for (const ExportedFile& file : files_) unlink(PathOf(file.name).c_str());
}

absl::Status ExportFiles::Add(FileAction action, const v1::Member& member) {
  const FormatRecord record = format_->Record(action, member);
  if (!record.skipped.empty()) {
    Skip(record.skipped);
    return absl::OkStatus();
  }
  if (!file_ || files_.back().action != action || !HasRoomFor(record)) {
    if (absl::Status closed = CloseFile(); !closed.ok()) return closed;
    if (absl::Status opened = OpenFile(action); !opened.ok()) return opened;
  }
  ExportedFile& file = files_.back();
  if (file.members > 0) {
    if (absl::Status written = Write(format_->Separator()); !written.ok()) {
      return written;
    }
  }
  ++file.members;
  file.rows += record.rows;
  return Write(record.text);
}

absl::Status ExportFiles::Write(std::string_view text) {
  digest_.Add(text);
  return file_->Write(text);
}

absl::Status ExportFiles::Finish(Manifest& manifest) {
  if (absl::Status closed = CloseFile(); !closed.ok()) return closed;
  manifest.files = files_;
  std::stable_partition(manifest.files.begin(), manifest.files.end(),
                        [](const ExportedFile& file) {
                          return file.action == FileAction::kRemove;
                        });
  manifest.skipped = skipped_;
  absl::StatusOr<PartFile> written = PartFile::Create(PathOf(kManifestName));
  if (!written.ok()) return written.status();
  if (absl::Status status = written->Write(manifest.Json()); !status.ok()) {
    return status;
  }
  if (absl::Status status = written->Keep(); !status.ok()) return status;
  finished_ = true;
  return absl::OkStatus();
}

absl::Status ExportFiles::OpenFile(FileAction action) {
  const auto number = std::count_if(
      files_.begin(), files_.end(),
      [action](const ExportedFile& file) { return file.action == action; });
  ExportedFile file;
  file.name = FileName(action, number + 1, format_->extension());
  file.action = action;
  absl::StatusOr<PartFile> opened = PartFile::Create(PathOf(file.name));
  if (!opened.ok()) return opened.status();
  file_.emplace(*std::move(opened));
  files_.push_back(std::move(file));
  return Write(format_->Begin(action));
}

absl::Status ExportFiles::CloseFile() {
  if (!file_) return absl::OkStatus();
  ExportedFile& file = files_.back();
  if (absl::Status written = Write(format_->End(file.action)); !written.ok()) {
    return written;
  }
  if (absl::Status kept = file_->Keep(); !kept.ok()) return kept;
  file.bytes = file_->bytes();
  file.sha256 = digest_.TakeHex();
  file_.reset();
  return absl::OkStatus();
}

bool ExportFiles::HasRoomFor(const FormatRecord& record) const {
  const ExportedFile& file = files_.back();
  const auto more_bytes =
      static_cast<int64_t>(format_->Separator().size() + record.text.size() +
                           format_->End(file.action).size());
  return (limits_.rows == 0 || file.rows + record.rows <= limits_.rows) &&
         (limits_.bytes == 0 || file_->bytes() + more_bytes <= limits_.bytes);
}

std::string ExportFiles::PathOf(std::string_view name) const {
  return Concat(folder_, "/", name);
}

}  // namespace audienced
