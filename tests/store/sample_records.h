#ifndef AUDIENCED_TESTS_STORE_SAMPLE_RECORDS_H_
#define AUDIENCED_TESTS_STORE_SAMPLE_RECORDS_H_

#include <string>
#include <string_view>

#include "daemon/store/records.h"

namespace audienced {

// 2024-05-17T12:34:56.789012Z and so many microseconds.
absl::Time SampleTime(int64_t micros = 0);

// An event of profile 1 with nothing but what each must have.
EventRecord SampleEvent(const std::string& event_id,
                        absl::Time occurred_at = SampleTime());

// A batch with commit number `number` and nothing else.
CommitBatch SampleBatch(int64_t number);

// A stay of `profile` in the stream 3 and the audience `cart`.
StayRecord SampleStay(int64_t profile, int64_t entered_sequence);

// An entry in the log, of profile 1.
ChangeRecord SampleChange(int stream, int64_t sequence, int64_t commit_number);

}  // namespace audienced

#endif  // AUDIENCED_TESTS_STORE_SAMPLE_RECORDS_H_
