#ifndef AUDIENCED_RULES_SOURCE_SOURCE_FILE_H_
#define AUDIENCED_RULES_SOURCE_SOURCE_FILE_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/source/position.h"

namespace audienced {

// A text with a name, as its author wrote it. Reading files is the caller's
// business: nothing under rules/ does I/O.
class SourceFile {
 public:
  // Texts above this size are refused by the YAML reader.
  static constexpr size_t kSizeLimitBytes = 1 << 20;

  SourceFile(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }

  // The text of line `line` (1-based) without its end; empty beyond the last.
  std::string_view Line(int line) const;

  // The place of the bytes [begin, end) of text().
  Range RangeOf(size_t begin, size_t end) const;
  Position PositionOf(size_t offset) const;
  // The offset in text() of `position`; past the end: the size of text().
  size_t OffsetOf(Position position) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<size_t> line_starts_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_SOURCE_FILE_H_
