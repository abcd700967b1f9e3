#include "daemon/ctl/text/printable.h"

#include "absl/time/time.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

bool Continues(char c) { return (c & 0xC0) == 0x80; }

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

std::string_view CodeOf(Paint paint) {
  switch (paint) {
    case Paint::kGreen:
      return "\x1b[32m";
    case Paint::kRed:
      return "\x1b[31m";
    case Paint::kYellow:
      return "\x1b[33m";
    case Paint::kGrey:
      return "\x1b[90m";
  }
  return "";
}

}  // namespace

size_t WidthOf(std::string_view text) {
  size_t width = 0;
  for (const char c : text) width += Continues(c) ? 0 : 1;
  return width;
}

std::string Cut(std::string_view text, size_t width) {
  constexpr std::string_view kMark = "...";
  if (WidthOf(text) <= width) return std::string(text);
  size_t end = 0;
  for (size_t taken = 0; end < text.size(); ++end) {
    if (!Continues(text[end]) && taken++ == width - kMark.size()) break;
  }
  return Concat(text.substr(0, end), kMark);
}

std::string Painted(std::string_view text, Paint paint, Color color) {
  if (color == Color::kNever) return std::string(text);
  return Concat(CodeOf(paint), text, "\x1b[0m");
}

std::string ExactTime(const google::protobuf::Timestamp& time) {
  return TimestampText(TimeOf(time));
}

std::string TimeToSecond(const google::protobuf::Timestamp& time) {
  return TimestampText(absl::FromUnixSeconds(time.seconds()));
}

}  // namespace audienced
