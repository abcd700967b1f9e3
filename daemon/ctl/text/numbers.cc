#include "daemon/ctl/text/numbers.h"

#include <cstdio>

#include "rules/source/message.h"

namespace audienced {

std::string NumberText(const char* format, double number) {
  char text[64];
  std::snprintf(text, sizeof(text), format, number);
  return text;
}

std::string PercentText(int64_t part, int64_t whole) {
  if (whole == 0) return "";
  return Concat(
      PercentNumber(static_cast<double>(part) / static_cast<double>(whole)),
      " %");
}

std::string PercentNumber(double share) {
  return NumberText("%.1f", 100.0 * share);
}

std::string ChanceText(double chance) {
  return chance < 0.001 ? "below 0.001" : NumberText("%.3f", chance);
}

}  // namespace audienced
