#include "daemon/pipeline/event_counts.h"

namespace audienced {
namespace {

// Why it was not stored, or why not the whole of it.
std::string_view ReasonOf(const EventOutcome& outcome) {
  if (outcome.dropped.empty()) return outcome.reason;
  return outcome.dropped.front().reason;
}

}  // namespace

void EventCounts::Add(const std::string& origin,
                      const std::vector<EventOutcome>& outcomes) {
  absl::MutexLock lock(&mutex_);
  // Neighbours are mostly alike, and are looked up once.
  const EventOutcome* alike = nullptr;
  Count* count = nullptr;
  for (const EventOutcome& outcome : outcomes) {
    if (count == nullptr || outcome.kind != alike->kind ||
        ReasonOf(outcome) != ReasonOf(*alike)) {
      alike = &outcome;
      count = &CountOf(origin, outcome.kind, ReasonOf(outcome));
    }
    ++count->events;
    count->late += outcome.late;
  }
}

void EventCounts::AddRefused(const std::string& origin, std::string_view reason,
                             int64_t events) {
  absl::MutexLock lock(&mutex_);
  CountOf(origin, EventOutcome::Kind::kRefused, reason).events += events;
}

std::vector<EventCounts::Row> EventCounts::rows() const {
  absl::MutexLock lock(&mutex_);
  std::vector<Row> rows;
  for (const auto& [key, count] : counts_) {
    const auto& [origin, outcome, reason] = key;
    rows.push_back({origin, outcome, reason, count.events, count.late});
  }
  return rows;
}

EventCounts::Count& EventCounts::CountOf(const std::string& origin,
                                         EventOutcome::Kind outcome,
                                         std::string_view reason) {
  bool is_told_apart = origins_.contains(origin);
  if (!is_told_apart && origins_.size() < kOriginLimit) {
    origins_.insert(origin);
    is_told_apart = true;
  }
  return counts_[Key(is_told_apart ? origin : std::string(kOtherOrigins),
                     outcome, std::string(reason))];
}

std::string_view Name(EventOutcome::Kind outcome) {
  switch (outcome) {
    case EventOutcome::Kind::kStored:
      return "stored";
    case EventOutcome::Kind::kDuplicate:
      return "duplicate";
    case EventOutcome::Kind::kRefused:
      return "refused";
  }
  return "";
}

}  // namespace audienced
