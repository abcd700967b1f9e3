#include "daemon/ctl/offline/event_batches.h"

#include <utility>

#include "absl/status/statusor.h"

namespace audienced {
namespace {

constexpr size_t kBatchEvents = 1024;
constexpr size_t kWaitingBatches = 8;

}  // namespace

EventBatches::EventBatches(EventFile& file)
    : file_(file), thread_([this] { Read(); }) {}

EventBatches::~EventBatches() {
  {
    absl::MutexLock lock(&mutex_);
    is_over_ = true;
  }
  thread_.join();
}

EventBatch EventBatches::Next() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &EventBatches::HasBatch));
  EventBatch batch = std::move(batches_.front());
  batches_.pop_front();
  return batch;
}

bool EventBatches::MayGoOn() const {
  return is_over_ || batches_.size() < kWaitingBatches;
}

void EventBatches::Read() {
  bool is_last = false;
  while (!is_last) {
    EventBatch batch = ReadBatch();
    is_last = batch.events.empty() || !batch.status.ok();
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &EventBatches::MayGoOn));
    if (is_over_) return;
    batches_.push_back(std::move(batch));
  }
}

EventBatch EventBatches::ReadBatch() {
  EventBatch batch;
  batch.events.reserve(kBatchEvents);
  IncomingEvent incoming;
  while (batch.events.size() < kBatchEvents) {
    const absl::StatusOr<bool> more = file_.Next(incoming);
    if (!more.ok()) batch.status = more.status();
    if (!more.ok() || !*more) break;
    batch.events.push_back(std::move(incoming));
  }
  batch.bytes_read = file_.bytes_read();
  return batch;
}

}  // namespace audienced
