#ifndef AUDIENCED_DAEMON_CTL_TEXT_TEXT_TABLE_H_
#define AUDIENCED_DAEMON_CTL_TEXT_TEXT_TABLE_H_

#include <string>
#include <vector>

namespace audienced {

// A table of text for people, given out in portions of any size: columns are as
// wide as the widest cell so far, so a long list is printed in bounded memory.
// The last column is not padded. Not thread-safe.
class TextTable {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns);

  // One cell for each column, free of control characters.
  void Add(std::vector<std::string> cells);

  // The rows since the last Take() as lines; before the first ones the titles.
  std::string Take();

 private:
  std::string Line(const std::vector<std::string>& cells) const;

  const std::vector<Column> columns_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_TEXT_TABLE_H_
