#ifndef AUDIENCED_RULES_SOURCE_POSITION_H_
#define AUDIENCED_RULES_SOURCE_POSITION_H_

#include <compare>
#include <string>

namespace audienced {

// A place in a text. Both numbers are 1-based; the column counts bytes.
struct Position {
  int line = 1;
  int column = 1;

  friend constexpr auto operator<=>(Position, Position) = default;
};

// A stretch of text: `begin` is included, `end` is not.
struct Range {
  Position begin;
  Position end;
};

// A stretch of a named file. An empty file name: no place is known.
struct Place {
  std::string file;
  Range range;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_POSITION_H_
