#ifndef AUDIENCED_DAEMON_CTL_SYNC_STATE_SYNC_STATE_H_
#define AUDIENCED_DAEMON_CTL_SYNC_STATE_SYNC_STATE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "audienced/v1/audience.pb.h"
#include "daemon/ctl/sync/state/delivery.h"
#include "daemon/ctl/sync/state/holder_table.h"
#include "daemon/ctl/sync/state/sqlite_database.h"

namespace audienced {

using MemberList = google::protobuf::RepeatedPtrField<v1::Member>;
using ChangeList = google::protobuf::RepeatedPtrField<v1::MembershipChange>;

// How much a target takes at once.
struct BatchLimits {
  int64_t deliveries = 1;
  int64_t bytes = 0;  // of the changes as messages, but always one change
};

// What a sync remembers, in a file of its own: the cursor, the members and who
// holds which identifier as the target is told, and what is on its way there.
// What one answer of the daemon changes in all of them is changed together, so
// a sync that was killed goes on where it was. Thread-safe.
//
// Every error is FAILED_PRECONDITION with the path; the state is then as it was
// before the call.
class SyncState {
 public:
  // Makes the folder and the file where they are missing, for their owner
  // alone. `subject` says in one line what is synced to what kind of target;
  // the same for as long as the file lives. FAILED_PRECONDITION too where
  // another sync uses the file, or it is of another subject.
  static absl::StatusOr<std::unique_ptr<SyncState>> Open(
      const std::string& folder, const std::string& subject);

  // Where the changes begin that are not taken yet; empty: at a list.
  std::string cursor() const ABSL_LOCKS_EXCLUDED(mutex_);
  // How much is not delivered.
  int64_t waiting_count() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Who is in, as far as it is taken.
  absl::StatusOr<int64_t> CountMembers() ABSL_LOCKS_EXCLUDED(mutex_);

  // A list, which is compared with what was told: only the difference is
  // delivered. One that is broken off begins anew.
  absl::Status BeginList() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status TakePage(const MemberList& members) ABSL_LOCKS_EXCLUDED(mutex_);
  // Who was not on a page since BeginList() is gone.
  absl::Status EndList(const std::string& cursor) ABSL_LOCKS_EXCLUDED(mutex_);

  // The changes before `cursor`, in order.
  absl::Status TakeChanges(const ChangeList& changes, const std::string& cursor)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The cursor is worth nothing any more: the next thing is a list.
  absl::Status ForgetCursor() ABSL_LOCKS_EXCLUDED(mutex_);

  // What to deliver now: the oldest that waits, the same until FinishBatch().
  absl::StatusOr<DeliveryBatch> NextBatch(const BatchLimits& limits)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // It is delivered, in so many files; it is forgotten.
  absl::Status FinishBatch(int64_t files) ABSL_LOCKS_EXCLUDED(mutex_);

  // Returns true when anything waits, false after `timeout` or after Wake().
  bool WaitForDeliveries(absl::Duration timeout) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Returns true when at most `count` wait, false after Wake().
  bool WaitForRoom(int64_t count) const ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends all waiting for good.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  explicit SyncState(SqliteDatabase database);

  absl::Status Prepare(const std::string& subject)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The member, as told or listed, is in; only what is new is delivered.
  absl::Status TakeListed(const v1::Member& member)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status TakeChange(const v1::MembershipChange& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RemoveUnlisted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Absent: was not told.
  absl::StatusOr<std::unique_ptr<v1::Member>> FindMember(
      const std::string& profile) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status WriteMember(const v1::Member& member)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status DeleteMember(const std::string& profile)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status AddDelivery(const v1::MembershipChange& change,
                           const HolderTable::Difference& difference)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SetCursor(const std::string& cursor)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<int64_t> EndOfBatch(const BatchLimits& limits)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Runs `change` in a transaction, and reads the position after it.
  template <typename Change>
  absl::Status Transact(const Change& change)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReadPosition() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // What the file says of the whole.
  struct Position {
    std::string cursor;
    std::string state_id;     // is part of the names of deliveries
    int64_t list_number = 0;  // of the list that was begun last
    int64_t batch_end = 0;    // the last delivery of the batch; 0: none
    int64_t next_file = 1;
    int64_t waiting_count = 0;
  };

  mutable absl::Mutex mutex_;
  SqliteDatabase database_ ABSL_GUARDED_BY(mutex_);
  HolderTable holders_ ABSL_GUARDED_BY(mutex_);
  Position position_ ABSL_GUARDED_BY(mutex_);
  bool awake_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_STATE_SYNC_STATE_H_
