#include "daemon/ingest/rejected_lines.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "daemon/ingest/csv_reader.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kHeader[] = "line,reason,text\n";

// Whether there is a list of an earlier run at `path`.
bool IsList(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return false;
  char start[sizeof(kHeader)] = "";
  const size_t count = std::fread(start, 1, sizeof(kHeader) - 1, file);
  std::fclose(file);
  return std::string_view(start, count) == kHeader;
}

}  // namespace

RejectedLines::RejectedLines(std::string path) : path_(std::move(path)) {
  if (IsList(path_)) unlink(path_.c_str());
}

absl::Status RejectedLines::Add(const EventLine& line) {
  ++count_;
  std::string text;
  if (file_ == nullptr) {
    file_.reset(std::fopen(path_.c_str(), "wxe"));
    // For its owner alone: lines are about people.
    if (file_ != nullptr) fchmod(fileno(file_.get()), S_IRUSR | S_IWUSR);
    text = kHeader;
  }
  text += CsvLine({std::to_string(line.number), line.fault, line.text});
  if (file_ == nullptr ||
      std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size() ||
      std::fflush(file_.get()) != 0) {
    return absl::ErrnoToStatus(
        errno,
        Concat("line ", std::to_string(line.number), " is no event (",
               line.fault,
               "), and the list of rejected lines cannot be written: ", path_));
  }
  return absl::OkStatus();
}

}  // namespace audienced
