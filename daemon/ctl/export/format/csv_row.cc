#include "daemon/ctl/export/format/csv_row.h"

namespace audienced {
namespace {

void AppendCell(const std::string& cell, std::string& row) {
  if (cell.find_first_of(",\"\r\n") == std::string::npos) {
    row += cell;
    return;
  }
  row += '"';
  for (const char c : cell) {
    if (c == '"') row += '"';
    row += c;
  }
  row += '"';
}

}  // namespace

std::string CsvRow(const std::vector<std::string>& cells) {
  std::string row;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) row += ',';
    AppendCell(cells[i], row);
  }
  return row;
}

}  // namespace audienced
