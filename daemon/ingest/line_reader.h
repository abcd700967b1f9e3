#ifndef AUDIENCED_DAEMON_INGEST_LINE_READER_H_
#define AUDIENCED_DAEMON_INGEST_LINE_READER_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace audienced {

// Reads a file of any size line by line in bounded memory. Not thread-safe.
class LineReader {
 public:
  // Of a longer line only the first kKeptBytes are kept.
  static constexpr size_t kLineLimitBytes = 1 << 20;
  static constexpr size_t kKeptBytes = 1000;

  struct Line {
    int64_t number = 0;  // 1-based
    // Without the line feed; a carriage return before it stays. Holds until
    // the next Next(); where another one handed the lines over, with the
    // reader.
    std::string_view text;
    bool too_long = false;  // `text` is only its start
  };

  // `path` may be a pipe, and `-` is the standard input. NOT_FOUND,
  // PERMISSION_DENIED and the like name `path`.
  static absl::StatusOr<LineReader> Open(const std::string& path);

  // Reads the next line into `line`; false at the end of the file.
  absl::StatusOr<bool> Next(Line& line);

  // The next lines as they stand in the file, as many as are at hand, with
  // their line feeds, to be taken together or one by one. Empty where the next
  // one is too long, has no line feed, or is none. Holds until the next call.
  absl::StatusOr<std::string_view> Peek();
  // Hands over what Peek() gave out last, to be read on another thread.
  LineReader Take(std::string_view lines);

  // What of the file is in memory, and not read yet.
  std::string_view at_hand() const {
    return {buffer_.get() + begin_, end_ - begin_};
  }

  int64_t bytes_read() const { return bytes_read_; }
  // 0 where `is_stream()`.
  int64_t file_size_bytes() const { return file_size_bytes_; }
  // Whether it is read once, as it comes: a pipe, not a file.
  bool is_stream() const { return is_stream_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  static constexpr size_t kBufferBytes = kLineLimitBytes + 1;

  LineReader(std::string path, std::FILE* file, int64_t file_size_bytes);

  // Moves what is left of the buffer to its front and reads on. False where
  // the file has no more.
  absl::StatusOr<bool> Fill();
  // Answers with the start of a line of `length`.
  void GiveStart(size_t length, Line& line);
  // Answers with the start of the line that fills the buffer, and passes over
  // the rest of it.
  absl::StatusOr<bool> TakeLongLine(Line& line);

  std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  int64_t file_size_bytes_;
  bool is_stream_ = false;
  int64_t bytes_read_ = 0;
  int64_t line_number_ = 0;
  std::unique_ptr<char[]> buffer_;  // kBufferBytes
  size_t begin_ = 0;                // of what is not yet given out
  size_t end_ = 0;
  std::string kept_;  // of a line that was too long
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_LINE_READER_H_
