#include "daemon/ingest/line_reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

absl::Status FileError(const std::string& path) {
  return absl::ErrnoToStatus(errno, Concat("cannot read ", path));
}

}  // namespace

LineReader::LineReader(std::string path, std::FILE* file,
                       int64_t file_size_bytes)
    : path_(std::move(path)),
      file_(file),
      file_size_bytes_(file_size_bytes),
      buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes)) {}

absl::StatusOr<LineReader> LineReader::Open(const std::string& path) {
  std::FILE* file = path == "-" ? fdopen(dup(STDIN_FILENO), "rb")
                                : std::fopen(path.c_str(), "rbe");
  if (file == nullptr) return FileError(path);
  struct stat status = {};
  if (fstat(fileno(file), &status) == 0 && S_ISDIR(status.st_mode)) {
    std::fclose(file);
    return absl::InvalidArgumentError(
        Concat(path, " is a folder; a file is wanted"));
  }
  // The buffer of this class is enough.
  std::setvbuf(file, nullptr, _IONBF, 0);
  const bool is_stream = path == "-" || !S_ISREG(status.st_mode);
  LineReader reader(path, file, is_stream ? 0 : status.st_size);
  reader.is_stream_ = is_stream;
  return reader;
}

absl::StatusOr<bool> LineReader::Fill() {
  if (file_ == nullptr) return false;
  std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const size_t count =
      std::fread(buffer_.get() + end_, 1, kBufferBytes - end_, file_.get());
  if (count == 0 && std::ferror(file_.get()) != 0) return FileError(path_);
  end_ += count;
  bytes_read_ += static_cast<int64_t>(count);
  return count > 0;
}

absl::StatusOr<bool> LineReader::Next(Line& line) {
  line.number = ++line_number_;
  line.too_long = false;
  size_t searched = 0;
  while (true) {
    const char* start = buffer_.get() + begin_;
    const void* feed =
        std::memchr(start + searched, '\n', end_ - begin_ - searched);
    if (feed != nullptr) {
      const size_t length =
          static_cast<size_t>(static_cast<const char*>(feed) - start);
      line.text = std::string_view(start, length);
      if (length > kLineLimitBytes) GiveStart(length, line);
      begin_ += length + 1;
      return true;
    }
    searched = end_ - begin_;
    if (searched == kBufferBytes) return TakeLongLine(line);
    absl::StatusOr<bool> more = Fill();
    if (!more.ok()) return more.status();
    if (!*more) {
      line.text = std::string_view(buffer_.get() + begin_, searched);
      begin_ = end_;
      return searched > 0;
    }
  }
}

absl::StatusOr<std::string_view> LineReader::Peek() {
  if (end_ - begin_ < kBufferBytes / 2) {
    if (absl::StatusOr<bool> more = Fill(); !more.ok()) return more.status();
  }
  return at_hand().substr(0, at_hand().rfind('\n') + 1);
}

LineReader LineReader::Take(std::string_view lines) {
  LineReader taken(path_, nullptr, file_size_bytes_);
  std::swap(taken.buffer_, buffer_);
  taken.begin_ = begin_;
  taken.end_ = begin_ + lines.size();
  taken.line_number_ = line_number_;
  std::memcpy(buffer_.get(), lines.data() + lines.size(), end_ - taken.end_);
  end_ -= taken.end_;
  begin_ = 0;
  for (size_t feed = lines.find('\n'); feed != std::string_view::npos;
       feed = lines.find('\n', feed + 1)) {
    ++line_number_;
  }
  return taken;
}

void LineReader::GiveStart(size_t length, Line& line) {
  kept_.assign(buffer_.get() + begin_, std::min(length, kKeptBytes));
  line.text = kept_;
  line.too_long = true;
}

absl::StatusOr<bool> LineReader::TakeLongLine(Line& line) {
  GiveStart(end_ - begin_, line);
  while (true) {
    const char* start = buffer_.get() + begin_;
    const void* feed = std::memchr(start, '\n', end_ - begin_);
    if (feed != nullptr) {
      begin_ += static_cast<size_t>(static_cast<const char*>(feed) - start) + 1;
      return true;
    }
    begin_ = end_;
    absl::StatusOr<bool> more = Fill();
    if (!more.ok()) return more.status();
    if (!*more) return true;
  }
}

}  // namespace audienced
