#include "examples/shop/journal.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace audienced::shop {
namespace {

// A UUID of version 7: its leading bits are the time, so that events that
// happen together lie together.
std::string EventId(int64_t at_ms, Random& random) {
  return absl::StrFormat("%08x-%04x-7%03x-%04x-%012x", at_ms >> 16,
                         at_ms & 0xffff, random.Below(1 << 12),
                         0x8000 | random.Below(1 << 14),
                         random.Below(1ull << 48));
}

Json Identifiers(const Person& person) {
  Json identifiers = {{std::string(person.id_kind()), person.id}};
  if (person.email_is_known) {
    identifiers["email"] = person.email;
    if (!person.phone.empty()) identifiers["phone"] = person.phone;
  }
  return identifiers;
}

}  // namespace

void Journal::Add(int64_t at_ms, const Person& person, std::string_view event,
                  std::string_view session_id, const Json& more,
                  Random& random) {
  if (at_ms >= end_ms_) return;
  Json line = {
      {"occurred_at",
       absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromUnixMillis(at_ms),
                        absl::UTCTimeZone())},
      {"event", event},
      {"event_id", EventId(at_ms, random)},
      {"session_id", session_id},
      {"identifiers", Identifiers(person)},
  };
  line.update(more);
  lines_.push_back({at_ms, line.dump()});
}

void Journal::Write(std::ostream& out) {
  std::stable_sort(
      lines_.begin(), lines_.end(),
      [](const Line& a, const Line& b) { return a.at_ms < b.at_ms; });
  for (const Line& line : lines_) out << line.text << '\n';
}

}  // namespace audienced::shop
