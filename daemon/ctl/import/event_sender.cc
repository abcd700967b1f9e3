#include "daemon/ctl/import/event_sender.h"

#include <random>
#include <utility>

#include "absl/time/clock.h"
#include "daemon/ctl/terminal.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Less than the 16 that the daemon works on: it always reads on, so a write
// never waits for acknowledgements to be read.
constexpr size_t kBatchesOnTheirWay = 8;
constexpr absl::Duration kPatience = absl::Minutes(5);
constexpr absl::Duration kMoment = absl::Seconds(2);

double RandomShare() {
  static std::mt19937 generator{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

EventSender::EventSender(const Connection& connection,
                         Acknowledged acknowledged, Waiting waiting)
    : connection_(connection),
      stub_(v1::EventService::NewStub(connection.channel())),
      acknowledged_(std::move(acknowledged)),
      waiting_(std::move(waiting)),
      last_progress_(SteadyNow()) {}

EventSender::~EventSender() {
  if (stream_ == nullptr) return;
  context_->TryCancel();
  stream_->Finish();
}

absl::Status EventSender::Send(OutgoingBatch batch) {
  batch.request.set_batch_number(++last_number_);
  batches_.push_back(std::move(batch));
  return Proceed(kBatchesOnTheirWay - 1);
}

absl::Status EventSender::Finish() {
  if (absl::Status sent = Proceed(0); !sent.ok() || stream_ == nullptr) {
    return sent;
  }
  stream_->WritesDone();
  stream_->Finish();  // every batch is acknowledged, however it ends
  stream_.reset();
  return absl::OkStatus();
}

absl::Status EventSender::Proceed(size_t most) {
  while (written_count_ < batches_.size() || batches_.size() > most) {
    const bool unbroken =
        written_count_ < batches_.size() ? WriteNext() : ReadNext();
    if (!defect_.ok()) return defect_;
    if (unbroken) continue;
    if (absl::Status recovered = Recover(); !recovered.ok()) return recovered;
  }
  return absl::OkStatus();
}

bool EventSender::WriteNext() {
  if (stream_ == nullptr) {
    context_ = std::make_unique<grpc::ClientContext>();
    stream_ = stub_->StreamEvents(context_.get());
  }
  if (!stream_->Write(batches_[written_count_].request)) return false;
  ++written_count_;
  reached_ = true;
  return true;
}

bool EventSender::ReadNext() {
  v1::StreamEventsResponse response;
  if (!stream_->Read(&response)) return false;
  const OutgoingBatch* batch = batches_.empty() ? nullptr : &batches_.front();
  if (batch == nullptr ||
      response.batch_number() != batch->request.batch_number() ||
      response.results_size() != batch->request.events_size()) {
    defect_ = absl::InternalError(
        Concat(connection_.server(), " acknowledged what was not sent"));
    return false;
  }
  acknowledged_(*batch, response);
  batches_.pop_front();
  --written_count_;
  attempts_ = 0;
  last_progress_ = SteadyNow();
  told_waiting_ = false;
  return true;
}

absl::Status EventSender::Recover() {
  // Some may have been acknowledged before the stream broke.
  while (ReadNext()) {
  }
  if (!defect_.ok()) return defect_;
  const grpc::Status status = stream_->Finish();
  stream_.reset();
  written_count_ = 0;
  if (!status.ok()) return GiveUpOrWait(FailureOf(status));
  return GiveUpOrWait({absl::StatusCode::kUnavailable, "the stream was closed",
                       /*reason=*/"", absl::ZeroDuration()});
}

absl::Status EventSender::GiveUpOrWait(const CallFailure& failure) {
  const std::string why = FailureText(failure, connection_.server());
  const absl::Duration waited = SteadyNow() - last_progress_;
  // Nothing listens there: the address is wrong, rather than the moment.
  const bool never_reached = !reached_ && failure.reason.empty();
  if (never_reached || !IsTransient(failure) || waited > kPatience) {
    return absl::Status(failure.code, why);
  }
  if (waited > kMoment && !told_waiting_) {
    waiting_(why);
    told_waiting_ = true;
  }
  absl::SleepFor(RetryDelay(failure, ++attempts_, RandomShare()));
  return absl::OkStatus();
}

}  // namespace audienced
