#include "tests/oracle/seeds.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace audienced::oracle {

Seeds SeedsToRun(const Seeds& usual) {
  const char* asked = std::getenv("AUDIENCED_SEEDS");
  if (asked == nullptr) return usual;
  Seeds seeds;
  const std::vector<std::string> ends = absl::StrSplit(asked, ':');
  if (ends.size() > 2 || !absl::SimpleAtoi(ends.front(), &seeds.from) ||
      !absl::SimpleAtoi(ends.back(), &seeds.to) || seeds.from > seeds.to) {
    std::fprintf(stderr, "AUDIENCED_SEEDS is '%s'; wanted 'from:to'\n", asked);
    std::exit(2);
  }
  return seeds;
}

}  // namespace audienced::oracle
