#include "daemon/ingest/identity/blocked_identifiers.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"

namespace audienced {
namespace {

// In lower case.
constexpr std::array<const char*, 27> kAlways = {"-1",
                                                 "(none)",
                                                 "(not set)",
                                                 "(null)",
                                                 "anonymous",
                                                 "anonymousid",
                                                 "anonymous_id",
                                                 "deviceid",
                                                 "device_id",
                                                 "distinctid",
                                                 "distinct_id",
                                                 "email",
                                                 "false",
                                                 "guest",
                                                 "id",
                                                 "n/a",
                                                 "nan",
                                                 "nil",
                                                 "none",
                                                 "not_authenticated",
                                                 "null",
                                                 "true",
                                                 "undefined",
                                                 "unknown",
                                                 "userid",
                                                 "user_id",
                                                 "[object object]"};

bool IsSpace(char c) { return absl::ascii_isspace(c); }

std::string_view WithoutSpacesAround(std::string_view text) {
  while (!text.empty() && IsSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsSpace(text.back())) text.remove_suffix(1);
  return text;
}

std::string Folded(std::string_view text) {
  std::string folded(WithoutSpacesAround(text));
  absl::AsciiStrToLower(&folded);
  return folded;
}

}  // namespace

BlockedIdentifiers::BlockedIdentifiers(const std::vector<std::string>& own) {
  for (const char* value : kAlways) values_.insert(value);
  for (const std::string& value : own) values_.insert(Folded(value));
  for (const std::string& value : values_) {
    longest_ = std::max(longest_, value.size());
  }
}

bool BlockedIdentifiers::Contains(std::string_view value) const {
  const std::string_view core = WithoutSpacesAround(value);
  if (std::all_of(core.begin(), core.end(),
                  [](char c) { return c == '0' || c == '-'; })) {
    return true;
  }
  return core.size() <= longest_ && values_.contains(Folded(core));
}

std::vector<std::string> BlockedIdentifiers::TakeOut(
    std::vector<Identifier>& identifiers) const {
  std::vector<std::string> kinds;
  std::erase_if(identifiers, [&](const Identifier& identifier) {
    if (!Blocks(identifier)) return false;
    kinds.push_back(identifier.kind);
    return true;
  });
  return kinds;
}

}  // namespace audienced
