#include "rules/source/source_file.h"

#include <algorithm>
#include <utility>

namespace audienced {

SourceFile::SourceFile(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
}

std::string_view SourceFile::Line(int line) const {
  if (line < 1 || static_cast<size_t>(line) > line_starts_.size()) return "";
  const size_t begin = line_starts_[line - 1];
  const bool is_last = static_cast<size_t>(line) == line_starts_.size();
  size_t end = is_last ? text_.size() : line_starts_[line] - 1;
  if (end > begin && text_[end - 1] == '\r') --end;
  return std::string_view(text_).substr(begin, end - begin);
}

Range SourceFile::RangeOf(size_t begin, size_t end) const {
  return {PositionOf(begin), PositionOf(end)};
}

Position SourceFile::PositionOf(size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t line = after - line_starts_.begin();
  return {static_cast<int>(line),
          static_cast<int>(offset - line_starts_[line - 1]) + 1};
}

size_t SourceFile::OffsetOf(Position position) const {
  if (position.line < 1) return 0;
  const size_t line = position.line;
  if (line > line_starts_.size()) return text_.size();
  const size_t column = std::max(position.column, 1);
  return std::min(line_starts_[line - 1] + column - 1, text_.size());
}

}  // namespace audienced
