#include "daemon/ctl/text/text_table.h"

#include <algorithm>
#include <utility>

#include "daemon/ctl/text/printable.h"

namespace audienced {

TextTable::TextTable(std::vector<Column> columns)
    : columns_(std::move(columns)), widths_(columns_.size(), 0) {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  Add(std::move(titles));
}

void TextTable::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    widths_[i] = std::max(widths_[i], WidthOf(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::string TextTable::Take() {
  std::string lines;
  for (const std::vector<std::string>& row : rows_) lines += Line(row) + "\n";
  rows_.clear();
  return lines;
}

std::string TextTable::Line(const std::vector<std::string>& cells) const {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    const std::string padding(widths_[i] - WidthOf(cells[i]), ' ');
    if (columns_[i].align == Align::kRight) line += padding;
    line += cells[i];
    if (columns_[i].align == Align::kLeft) line += padding;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace audienced
