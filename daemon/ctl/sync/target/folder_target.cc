#include "daemon/ctl/sync/target/folder_target.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "daemon/ctl/sync/target/net_deliveries.h"
#include "daemon/system/part_file.h"
#include "daemon/system/read_file.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

// Changes come a few at a time, a first list by the hundred thousand.
constexpr BatchLimits kLimits = {10'000, 64 << 20};

// `000017-remove.csv`.
std::string FileName(int64_t number, FileAction action,
                     std::string_view extension) {
  char digits[24];
  std::snprintf(digits, sizeof(digits), "%06lld",
                static_cast<long long>(number));
  return Concat(digits, "-", Name(action), ".", extension);
}

}  // namespace

absl::StatusOr<std::unique_ptr<FolderTarget>> FolderTarget::Open(
    const std::string& folder, std::unique_ptr<Format> format) {
  std::error_code error;
  if (fs::create_directories(folder, error)) {
    fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (!fs::is_directory(folder)) {
    return absl::FailedPreconditionError(Concat(
        "cannot make the folder ", folder, ": ",
        error ? error.message() : std::string("there is a file of that name")));
  }
  return std::unique_ptr<FolderTarget>(
      new FolderTarget(folder, std::move(format)));
}

FolderTarget::FolderTarget(std::string folder, std::unique_ptr<Format> format)
    : folder_(std::move(folder)), format_(std::move(format)) {}

BatchLimits FolderTarget::limits() const { return kLimits; }

DeliveryResult FolderTarget::Deliver(const DeliveryBatch& batch) {
  const NetDeliveries net =
      NetDeliveriesOf(batch.deliveries, format_->is_by_identifier());
  int64_t next_file = batch.first_file;
  DeliveryResult result;
  result.status = WriteFiles(FileAction::kRemove, net.removed, next_file);
  if (result.status.ok()) {
    result.status = WriteFiles(FileAction::kAdd, net.added, next_file);
  }
  result.files = next_file - batch.first_file;
  return result;
}

absl::Status FolderTarget::WriteFiles(FileAction action,
                                      const std::vector<v1::Member>& members,
                                      int64_t& next_file) const {
  const FileLimits limits = format_->limits();
  const auto size = [](const std::string& text) {
    return static_cast<int64_t>(text.size());
  };
  const std::string end = format_->End(action);
  std::string text;
  int64_t rows = 0;
  for (const v1::Member& member : members) {
    const FormatRecord record = format_->Record(action, member);
    if (!record.skipped.empty()) continue;
    const bool has_room =
        (limits.rows == 0 || rows + record.rows <= limits.rows) &&
        (limits.bytes == 0 ||
         size(text) + size(record.text) + size(end) + 1 <= limits.bytes);
    if (!text.empty() && !has_room) {
      absl::Status written = WriteFile(action, text + end, next_file);
      if (!written.ok()) return written;
      text.clear();
      rows = 0;
    }
    text += text.empty() ? format_->Begin(action)
                         : std::string(format_->Separator());
    text += record.text;
    rows += record.rows;
  }
  return text.empty() ? absl::OkStatus()
                      : WriteFile(action, text + end, next_file);
}

absl::Status FolderTarget::WriteFile(FileAction action, const std::string& text,
                                     int64_t& next_file) const {
  while (IsTaken(next_file, action, text)) ++next_file;
  absl::StatusOr<PartFile> file = PartFile::Create(PathOf(next_file, action));
  if (!file.ok()) return file.status();
  if (absl::Status written = file->Write(text); !written.ok()) return written;
  if (absl::Status kept = file->Keep(); !kept.ok()) return kept;
  ++next_file;
  return absl::OkStatus();
}

std::string FolderTarget::PathOf(int64_t number, FileAction action) const {
  return Concat(folder_, "/", FileName(number, action, format_->extension()));
}

bool FolderTarget::IsTaken(int64_t number, FileAction action,
                           const std::string& text) const {
  const FileAction other =
      action == FileAction::kAdd ? FileAction::kRemove : FileAction::kAdd;
  if (fs::exists(PathOf(number, other))) return true;
  const absl::StatusOr<std::string> written = ReadFile(PathOf(number, action));
  return written.ok() ? *written != text : !absl::IsNotFound(written.status());
}

}  // namespace audienced
