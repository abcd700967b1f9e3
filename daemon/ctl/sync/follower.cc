#include "daemon/ctl/sync/follower.h"

#include <chrono>
#include <random>
#include <utility>

#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr int32_t kPageSize = 1000;
constexpr std::chrono::seconds kTimeout(60);
constexpr absl::Duration kPatience = absl::Minutes(5);
// While more waits the daemon is not read: its log remembers.
constexpr int64_t kMostWaiting = 100'000;

double RandomShare() {
  static std::mt19937 generator{std::random_device()()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

// Whether the cursor, or the state that pages show, is gone.
bool IsToListAgain(const CallFailure& failure) {
  return failure.code == absl::StatusCode::kOutOfRange ||
         failure.reason == "CURSOR_FOREIGN";
}

}  // namespace

Follower::Follower(const Connection& connection, std::string audience,
                   v1::Destination destination, SyncState& state)
    : connection_(connection),
      audience_(std::move(audience)),
      destination_(destination),
      state_(state),
      stub_(v1::AudienceService::NewStub(connection.channel())),
      last_progress_(SteadyNow()) {}

absl::Status Follower::CatchUp() {
  return Persist(kPatience, [this] {
    if (state_.cursor().empty()) return List();
    return ReadChanges();
  });
}

absl::Status Follower::Follow() {
  return Persist(absl::InfiniteDuration(), [this] {
    if (state_.cursor().empty()) {
      if (grpc::Status listed = List(); !listed.ok()) return listed;
    }
    return Watch();
  });
}

void Follower::Stop() {
  absl::MutexLock lock(&mutex_);
  over_ = true;
  if (call_ != nullptr) call_->TryCancel();
}

bool Follower::over() const {
  absl::MutexLock lock(&mutex_);
  return over_;
}

template <typename Step>
absl::Status Follower::Persist(absl::Duration patience, const Step& step) {
  while (!over()) {
    const grpc::Status status = step();
    if (!fault_.ok()) return fault_;
    if (status.ok() || over()) break;
    const CallFailure failure = FailureOf(status);
    if (IsToListAgain(failure)) {
      PrintError(Concat("the daemon does not know the cursor any more [",
                        failure.reason, "]; listing again"));
      if (absl::Status forgot = state_.ForgetCursor(); !forgot.ok()) {
        return forgot;
      }
      continue;
    }
    if (absl::Status gave_up = GiveUpOrWait(failure, patience); !gave_up.ok()) {
      return gave_up;
    }
  }
  return absl::OkStatus();
}

absl::Status Follower::GiveUpOrWait(const CallFailure& failure,
                                    absl::Duration patience) {
  const std::string why = FailureText(failure, connection_.server());
  // Nothing listens there: the address is wrong, rather than the moment.
  const bool never_reached = !reached_ && failure.reason.empty();
  if (never_reached || !IsTransient(failure) ||
      SteadyNow() - last_progress_ > patience) {
    return absl::Status(failure.code, why);
  }
  if (attempts_ == 0) PrintError(Concat(why, "; trying on"));
  const absl::Duration delay = RetryDelay(failure, ++attempts_, RandomShare());
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&over_), delay);
  return absl::OkStatus();
}

template <typename Call>
grpc::Status Follower::Cancellably(const Call& call) {
  grpc::ClientContext context;
  {
    absl::MutexLock lock(&mutex_);
    if (over_) return grpc::Status::CANCELLED;
    call_ = &context;
  }
  const grpc::Status status = call(context);
  absl::MutexLock lock(&mutex_);
  call_ = nullptr;
  return status;
}

grpc::Status Follower::Kept(absl::Status status) {
  if (status.ok()) return grpc::Status::OK;
  fault_ = std::move(status);
  return grpc::Status::CANCELLED;
}

grpc::Status Follower::Taken(absl::Status status) {
  if (status.ok()) {
    reached_ = true;
    attempts_ = 0;
    last_progress_ = SteadyNow();
  }
  return Kept(std::move(status));
}

grpc::Status Follower::List() {
  if (grpc::Status begun = Kept(state_.BeginList()); !begun.ok()) return begun;
  v1::ListMembersRequest request;
  request.set_audience(audience_);
  request.set_page_size(kPageSize);
  request.set_destination(destination_);
  while (true) {
    v1::ListMembersResponse page;
    grpc::Status status = Cancellably([&](grpc::ClientContext& context) {
      context.set_deadline(std::chrono::system_clock::now() + kTimeout);
      return stub_->ListMembers(&context, request, &page);
    });
    if (!status.ok()) return status;
    if (!state_.WaitForRoom(kMostWaiting)) return grpc::Status::CANCELLED;
    status = Taken(state_.TakePage(page.members()));
    if (!status.ok()) return status;
    request.set_page_token(page.next_page_token());
    if (!request.page_token().empty()) continue;
    status = Taken(state_.EndList(page.cursor()));
    if (status.ok()) TellListed(page);
    return status;
  }
}

void Follower::TellListed(const v1::ListMembersResponse& page) {
  const std::string withheld = WithholdingText(page.withholding());
  if (!withheld.empty()) PrintError(withheld);
  const absl::StatusOr<int64_t> count = state_.CountMembers();
  if (!count.ok()) return;
  PrintError(Concat("listed ", audience_, ": ", Grouped(*count),
                    *count == 1 ? " member" : " members"));
}

grpc::Status Follower::ReadChanges() {
  v1::ListChangesRequest request;
  request.add_audiences(audience_);
  request.set_page_size(kPageSize);
  request.set_destination(destination_);
  while (true) {
    request.set_cursor(state_.cursor());
    v1::ListChangesResponse response;
    grpc::Status status = Cancellably([&](grpc::ClientContext& context) {
      context.set_deadline(std::chrono::system_clock::now() + kTimeout);
      return stub_->ListChanges(&context, request, &response);
    });
    if (!status.ok()) return status;
    if (!state_.WaitForRoom(kMostWaiting)) return grpc::Status::CANCELLED;
    status = Taken(state_.TakeChanges(response.changes(), response.cursor()));
    if (!status.ok() || !response.more()) return status;
  }
}

grpc::Status Follower::Watch() {
  v1::WatchMembershipsRequest request;
  request.add_audiences(audience_);
  request.set_cursor(state_.cursor());
  request.set_destination(destination_);
  return Cancellably([&](grpc::ClientContext& context) {
    const auto stream = stub_->WatchMemberships(&context, request);
    v1::WatchMembershipsResponse response;
    while (stream->Read(&response)) {
      if (!state_.WaitForRoom(kMostWaiting)) break;
      if (!Taken(state_.TakeChanges(response.changes(), response.cursor()))
               .ok()) {
        break;
      }
    }
    context.TryCancel();  // changes nothing where it has ended
    const grpc::Status status = stream->Finish();
    return status.ok() ? grpc::Status(grpc::StatusCode::UNAVAILABLE,
                                      "the stream was closed")
                       : status;
  });
}

}  // namespace audienced
