#include "daemon/ctl/text/change_text.h"

#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr size_t kKindWidth = 7;  // of `entered`, the longest
// Where a line has no time.
constexpr char kNoTime[] = "-                   ";

Paint PaintOf(v1::ChangeKind kind) {
  switch (kind) {
    case v1::CHANGE_KIND_ENTERED:
      return Paint::kGreen;
    case v1::CHANGE_KIND_LEFT:
      return Paint::kRed;
    default:
      return Paint::kYellow;
  }
}

std::string KindText(v1::ChangeKind kind, Color color) {
  const std::string text =
      EnumText(v1::ChangeKind_Name(kind), "CHANGE_KIND_", kind);
  const std::string padding(
      text.size() < kKindWidth ? kKindWidth - text.size() : 0, ' ');
  return Concat(Painted(text, PaintOf(kind), color), padding);
}

}  // namespace

std::string ChangeText(const v1::MembershipChange& change, Color color) {
  std::string line = Concat(
      change.has_commit_time() ? TimeToSecond(change.commit_time()) : kNoTime,
      "  ", KindText(change.kind(), color), "  ", Printable(change.audience()),
      "  ", WhoText(change.identifiers(), change.profile()), "  cause ",
      EnumText(v1::Cause_Name(change.cause()), "CAUSE_", change.cause()));
  if (change.has_effective_time()) {
    line += Concat(", effective ", TimeToSecond(change.effective_time()));
  }
  if (change.existing()) line += ", existing";
  return line;
}

std::string CheckpointText(const v1::WatchMembershipsResponse& response,
                           Color color) {
  const std::string time = response.has_evaluated_through_time()
                               ? TimeToSecond(response.evaluated_through_time())
                               : kNoTime;
  return Painted(Concat(time, "  checkpoint  cursor ", response.cursor()),
                 Paint::kGrey, color);
}

}  // namespace audienced
