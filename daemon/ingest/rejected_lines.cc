#include "daemon/ingest/rejected_lines.h"

#include <cerrno>
#include <utility>

#include "daemon/ingest/csv_reader.h"
#include "rules/source/message.h"

namespace audienced {

RejectedLines::RejectedLines(std::string path) : path_(std::move(path)) {
  std::remove(path_.c_str());
}

absl::Status RejectedLines::Add(const EventLine& line) {
  ++count_;
  std::string text;
  if (file_ == nullptr) {
    file_.reset(std::fopen(path_.c_str(), "we"));
    text = "line,reason,text\n";
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
