#ifndef AUDIENCED_DAEMON_CTL_SYNC_FOLLOWER_H_
#define AUDIENCED_DAEMON_CTL_SYNC_FOLLOWER_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/client/call_failure.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/sync/state/sync_state.h"

namespace audienced {

// Follows one audience and writes what it hears into the state. Where the
// connection breaks it tries again from the state's cursor; where that is worth
// nothing any more it lists. CatchUp() or Follow() once, on any thread; Stop()
// from any other.
class Follower {
 public:
  // Borrows `connection` and `state`. Identifiers are asked for in the form of
  // `destination`.
  Follower(const Connection& connection, std::string audience,
           v1::Destination destination, SyncState& state);

  // Returns when the state has all that there was to hear, or after Stop(). An
  // error is one line for people, and final: also that the daemon was not to be
  // had for minutes.
  absl::Status CatchUp() ABSL_LOCKS_EXCLUDED(mutex_);

  // Returns after Stop(), or with an error as CatchUp(); a daemon that was
  // reached once is waited for as long as it takes.
  absl::Status Follow() ABSL_LOCKS_EXCLUDED(mutex_);

  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Does `step` again and again while it fails in passing.
  template <typename Step>
  absl::Status Persist(absl::Duration patience, const Step& step);
  absl::Status GiveUpOrWait(const CallFailure& failure, absl::Duration patience)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // One step each. A status of gRPC is that of a call; errors of the state come
  // in `fault_`.
  grpc::Status List();
  grpc::Status ReadChanges();
  grpc::Status Watch() ABSL_LOCKS_EXCLUDED(mutex_);
  // Of the state alone, and of what the daemon said.
  grpc::Status Kept(absl::Status status);
  grpc::Status Taken(absl::Status status);
  void TellListed(const v1::ListMembersResponse& page);

  // Runs `call` with a context that Stop() cancels.
  template <typename Call>
  grpc::Status Cancellably(const Call& call) ABSL_LOCKS_EXCLUDED(mutex_);
  bool over() const ABSL_LOCKS_EXCLUDED(mutex_);

  const Connection& connection_;
  const std::string audience_;
  const v1::Destination destination_;
  SyncState& state_;
  const std::unique_ptr<v1::AudienceService::Stub> stub_;

  absl::Status fault_;
  bool reached_ = false;      // an answer came once
  int attempts_ = 0;          // since the last answer
  absl::Time last_progress_;  // of SteadyNow()

  mutable absl::Mutex mutex_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::ClientContext* call_ ABSL_GUARDED_BY(mutex_) = nullptr;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_FOLLOWER_H_
