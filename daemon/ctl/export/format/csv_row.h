#ifndef AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_CSV_ROW_H_
#define AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_CSV_ROW_H_

#include <string>
#include <vector>

namespace audienced {

// A line of RFC 4180, without its end: cells that hold a comma, a quote or the
// end of a line stand in quotes.
std::string CsvRow(const std::vector<std::string>& cells);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_EXPORT_FORMAT_CSV_ROW_H_
