#include "daemon/store/records.h"

#include <algorithm>

#include "daemon/digest/digest.h"

namespace audienced {

std::string_view Name(NameKind kind) {
  switch (kind) {
    case NameKind::kEvent:
      return "event";
    case NameKind::kProperty:
      return "property";
    case NameKind::kItemProperty:
      return "item_property";
    case NameKind::kTrait:
      return "trait";
    case NameKind::kCurrency:
      return "currency";
  }
  return "event";
}

std::string_view Name(RuleSource source) {
  switch (source) {
    case RuleSource::kFolder:
      return "folder";
    case RuleSource::kApply:
      return "apply";
    case RuleSource::kRollback:
      return "rollback";
  }
  return "folder";
}

absl::Time RemnantsThrough(const CommitBatch& batch) {
  absl::Time through = batch.events_from;
  for (const EventRecord& remnant : batch.remnants) {
    through = std::max(through, remnant.event.occurred_at);
  }
  return through;
}

bool NotBehind(const StreamPositions& left, const StreamPositions& right) {
  return std::equal(left.begin(), left.end(), right.begin(),
                    [](int64_t a, int64_t b) { return a >= b; });
}

int64_t CountBetween(const StreamPositions& from, const StreamPositions& to) {
  int64_t count = 0;
  for (int stream = 0; stream < kStreamCount; ++stream) {
    count += std::max<int64_t>(to[stream] - from[stream], 0);
  }
  return count;
}

int StreamOf(std::string_view profile_key) {
  return Sha256(profile_key)[0] % kStreamCount;
}

}  // namespace audienced
