#ifndef AUDIENCED_TESTS_UNIT_READ_WHOLE_H_
#define AUDIENCED_TESTS_UNIT_READ_WHOLE_H_

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace audienced {

// All bytes of a file; none where there is no file.
inline std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_READ_WHOLE_H_
