#include "tests/store/sample_records.h"

namespace audienced {

absl::Time SampleTime(int64_t micros) {
  return absl::FromUnixMicros(1'715'949'296'789'012 + micros);
}

EventRecord SampleEvent(const std::string& event_id, absl::Time occurred_at) {
  EventRecord record;
  record.profile = ProfileId{1};
  record.event.occurred_at = occurred_at;
  record.event.received_at = occurred_at + absl::Milliseconds(1);
  record.event.origin = "shop";
  record.event.event_id = event_id;
  record.event.name = "view_item";
  return record;
}

CommitBatch SampleBatch(int64_t number) {
  CommitBatch batch;
  batch.commit_number = number;
  batch.commit_time = SampleTime(number);
  batch.evaluated_through = SampleTime(number - 1);
  return batch;
}

StayRecord SampleStay(int64_t profile, int64_t entered_sequence) {
  StayRecord stay;
  stay.profile = ProfileId{profile};
  stay.stream = 3;
  stay.audience = "cart";
  stay.entered_sequence = entered_sequence;
  stay.membership.member = true;
  stay.membership.episode = 1;
  stay.membership.match = {ToInstant(SampleTime()), Instant::Forever()};
  stay.membership.matched_at = ToInstant(SampleTime());
  stay.membership.entered_at = ToInstant(SampleTime());
  stay.membership.effective_at = ToInstant(SampleTime());
  stay.changed_at = SampleTime();
  return stay;
}

ChangeRecord SampleChange(int stream, int64_t sequence, int64_t commit_number) {
  ChangeRecord change;
  change.stream = stream;
  change.sequence = sequence;
  change.commit_number = commit_number;
  change.profile = ProfileId{1};
  change.audience = "cart";
  change.change.effective_at = ToInstant(SampleTime());
  change.commit_time = SampleTime();
  return change;
}

}  // namespace audienced
