#ifndef AUDIENCED_DAEMON_ACCESS_AUDIT_LOG_H_
#define AUDIENCED_DAEMON_ACCESS_AUDIT_LOG_H_

#include <google/protobuf/repeated_field.h>

#include <cstdint>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/access/caller.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/store/access_records.h"
#include "daemon/system/clock.h"

namespace audienced {

// What clients did, on its way to the database: what counts one by one within a
// second, the rest summed and once a minute. Names no person. Thread-safe.
//
// Memory is bounded: while the database is away for long, what is too much is
// counted in the log and lost.
class AuditLog {
 public:
  static constexpr size_t kEntryLimit = 20'000;

  // Borrows its arguments. `retention`: how long entries are kept.
  AuditLog(Pipeline& pipeline, const Clock& clock, absl::Duration retention);
  // After Stop(), and after the pipeline was stopped: it may still answer.
  ~AuditLog();

  // One entry for one call. `audience`: empty where it is about none, or all.
  void Add(const Caller& caller, const std::string& method,
           const std::string& audience, int64_t items)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Adds to the entry of this client, method, audience and minute.
  void Sum(const Caller& caller, const std::string& method,
           const std::string& audience, int64_t calls, int64_t items)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // The same for each of several audiences, of one call.
  void Sum(const Caller& caller, const std::string& method,
           const google::protobuf::RepeatedPtrField<std::string>& audiences,
           int64_t items) ABSL_LOCKS_EXCLUDED(mutex_);

  // Writes what is there and waits for it, at most as long as `patience`.
  // kUnavailable: it could not be written, and stays for later.
  absl::Status Flush(absl::Duration patience) ABSL_LOCKS_EXCLUDED(mutex_);

  // Writes for the last time. The pipeline still runs.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // Client, method, audience, minute.
  using Key = std::tuple<std::string, std::string, std::string, int64_t>;

  void AddTo(const Key& key, absl::Time now, int64_t calls, int64_t items)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  void WriteBy(absl::Time time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoom() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<AuditRecord> Take() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // A write has ended; what could not be written is put back.
  void EndWrite(const absl::Status& status, std::vector<AuditRecord> records)
      ABSL_LOCKS_EXCLUDED(mutex_);

  Pipeline& pipeline_;
  const Clock& clock_;
  const absl::Duration retention_;

  absl::Mutex mutex_;
  absl::CondVar changed_;
  std::vector<AuditRecord> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Key, AuditRecord> sums_ ABSL_GUARDED_BY(mutex_);
  absl::Time write_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Time drop_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  int64_t lost_ ABSL_GUARDED_BY(mutex_) = 0;
  int writes_ ABSL_GUARDED_BY(mutex_) = 0;  // under way
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_AUDIT_LOG_H_
