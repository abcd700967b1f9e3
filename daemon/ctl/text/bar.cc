#include "daemon/ctl/text/bar.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "rules/source/message.h"

namespace audienced {

std::string Bar(int64_t size, int64_t most, bool utf8) {
  constexpr int64_t kWidth = 40;
  if (size <= 0 || most <= 0) return "";
  if (!utf8) {
    return std::string(std::max<int64_t>(1, size * kWidth / most), '#');
  }
  constexpr std::string_view kEighths[] = {"",  "▏", "▎", "▍",
                                           "▌", "▋", "▊", "▉"};
  const int64_t eighths = std::max<int64_t>(1, size * kWidth * 8 / most);
  std::string bar;
  for (int64_t i = 0; i < eighths / 8; ++i) bar += "█";
  return bar.append(kEighths[eighths % 8]);
}

std::string PercentText(int64_t part, int64_t whole) {
  return Concat(
      PercentNumber(static_cast<double>(part) / static_cast<double>(whole)),
      " %");
}

std::string PercentNumber(double share) {
  char percent[32];
  std::snprintf(percent, sizeof(percent), "%.1f", 100.0 * share);
  return percent;
}

}  // namespace audienced
