#include "daemon/service/call/event_stream.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/call/message_bytes.h"
#include "daemon/service/conversion/event_conversion.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {

std::shared_ptr<EventStream> EventStream::Make(
    const Entrance& entrance, const IngestLimits& limits,
    AdmissionPtr admission, std::function<void(EventStream*)> on_done) {
  return std::shared_ptr<EventStream>(new EventStream(
      entrance, limits, std::move(admission), std::move(on_done)));
}

EventStream::EventStream(const Entrance& entrance, const IngestLimits& limits,
                         AdmissionPtr admission,
                         std::function<void(EventStream*)> on_done)
    : entrance_(entrance),
      limits_(limits),
      admission_(std::move(admission)),
      on_done_(std::move(on_done)) {}

void EventStream::Begin() {
  self_ = shared_from_this();
  Proceed();
}

void EventStream::Refuse(absl::Status status) {
  self_ = shared_from_this();
  Close(std::move(status));
}

void EventStream::Close(absl::Status status) {
  {
    absl::MutexLock lock(&mutex_);
    if (ending_.ok()) ending_ = std::move(status);
  }
  Proceed();
}

void EventStream::OnReadDone(bool ok) {
  const absl::Status taken = ok ? TakeRequest() : absl::OkStatus();
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (!ok) input_ended_ = true;
    if (ending_.ok()) ending_ = taken;
  }
  Proceed();
}

void EventStream::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) cancelled_ = true;
  }
  Proceed();
}

void EventStream::OnCancel() {
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
  }
  Proceed();
}

void EventStream::OnDone() {
  on_done_(this);
  self_.reset();
}

absl::Status EventStream::CheckRequest() {
  const absl::Status read = ParseMessage(bytes_, request_);
  if (!read.ok()) return read;
  const absl::Status admitted = admission_->Check();
  if (!admitted.ok()) return admitted;
  const int64_t number = request_.batch_number();
  if (number <= last_batch_number_) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "batch_number",
                        absl::StrCat("batch_number is ", number, "; more than ",
                                     last_batch_number_, " is wanted"));
  }
  const bool is_first = last_batch_number_ == 0;
  last_batch_number_ = number;
  if (!is_first && request_.origin().empty()) return absl::OkStatus();
  absl::StatusOr<std::string> origin = OriginOf(request_.origin());
  if (!origin.ok()) return origin.status();
  if (!is_first && *origin != origin_) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "origin",
                        "the origin differs from that of the first batch; a "
                        "stream has one origin");
  }
  origin_ = *std::move(origin);
  return absl::OkStatus();
}

absl::Status EventStream::TakeRequest() {
  const absl::Status checked = CheckRequest();
  if (!checked.ok()) return checked;
  absl::StatusOr<EventBatch> made = EventBatch::Make(
      request_.events(), origin_, entrance_.stages().clock.Now(), limits_);
  if (!made.ok()) return made.status();
  const auto batch = std::make_shared<EventBatch>(*std::move(made));
  Slot* slot = nullptr;
  {
    absl::MutexLock lock(&mutex_);
    slot = &slots_.emplace_back();
    slot->response.set_batch_number(request_.batch_number());
  }
  IngestBatch ingest;
  ingest.events = batch->TakeEvents();
  ingest.backfill = request_.backfill();
  if (ingest.events.empty()) {
    Answer(*slot, *batch, std::vector<EventOutcome>());
    return absl::OkStatus();
  }
  ingest.done = [stream = shared_from_this(), slot,
                 batch](absl::StatusOr<std::vector<EventOutcome>> outcomes) {
    stream->Answer(*slot, *batch, outcomes);
    stream->Proceed();
  };
  const absl::Status submitted =
      entrance_.stages().pipeline.Submit(std::move(ingest));
  if (!submitted.ok()) {
    absl::MutexLock lock(&mutex_);
    slot->state = Slot::State::kFailed;
  }
  return submitted;
}

void EventStream::Answer(
    Slot& slot, EventBatch& batch,
    const absl::StatusOr<std::vector<EventOutcome>>& outcomes) {
  const absl::Time through = entrance_.stages().pipeline.EvaluatedThrough();
  absl::MutexLock lock(&mutex_);
  if (!outcomes.ok()) {
    slot.state = Slot::State::kFailed;
    if (ending_.ok()) ending_ = outcomes.status();
    return;
  }
  batch.SetOutcomes(*outcomes, entrance_.stages().pipeline.event_counts());
  batch.Fill(slot.response);
  if (IsInstant(through)) {
    *slot.response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  slot.state = Slot::State::kReady;
}

void EventStream::Proceed() {
  const std::shared_ptr<EventStream> keep = shared_from_this();
  {
    absl::MutexLock lock(&mutex_);
    if (proceeding_) return;  // that thread looks again after its step
    proceeding_ = true;
  }
  while (true) {
    Step step = Step::kNone;
    absl::Status ending;
    {
      absl::MutexLock lock(&mutex_);
      step = NextStep();
      ending = cancelled_ ? absl::CancelledError("") : ending_;
      if (step == Step::kNone) {
        proceeding_ = false;
        return;
      }
    }
    switch (step) {
      case Step::kRead:
        StartRead(&bytes_);
        break;
      case Step::kWrite:
        StartWrite(&response_);
        break;
      case Step::kFinish:
        Finish(absl::IsCancelled(ending)
                   ? grpc::Status::CANCELLED
                   : ToGrpcStatus(ending, "EventService.StreamEvents"));
        break;
      case Step::kNone:
        break;
    }
  }
}

EventStream::Step EventStream::NextStep() {
  if (finished_) return Step::kNone;
  const bool answered =
      slots_.empty() || slots_.front().state == Slot::State::kFailed;
  const bool ended = !ending_.ok() || (input_ended_ && slots_.empty());
  if (cancelled_ || (ended && answered && !writing_)) {
    finished_ = true;
    return Step::kFinish;
  }
  if (!writing_ && !slots_.empty() &&
      slots_.front().state == Slot::State::kReady) {
    writing_ = true;
    response_ = ToBytes(slots_.front().response);
    slots_.pop_front();
    return Step::kWrite;
  }
  if (!reading_ && !input_ended_ && ending_.ok() &&
      slots_.size() < kBatchesInWork) {
    reading_ = true;
    return Step::kRead;
  }
  return Step::kNone;
}

}  // namespace audienced
