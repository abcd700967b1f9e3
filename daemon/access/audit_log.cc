#include "daemon/access/audit_log.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

constexpr absl::Duration kEntryDelay = absl::Seconds(1);
constexpr absl::Duration kSumDelay = absl::Minutes(1);
constexpr absl::Duration kRetryDelay = absl::Minutes(1);
constexpr absl::Duration kDropInterval = absl::Hours(1);
// Of one that the daemon waits for when it stops.
constexpr absl::Duration kLastWords = absl::Seconds(5);

int64_t MinuteOf(absl::Time time) { return absl::ToUnixSeconds(time) / 60; }

}  // namespace

AuditLog::AuditLog(Pipeline& pipeline, const Clock& clock,
                   absl::Duration retention)
    : pipeline_(pipeline), clock_(clock), retention_(retention) {
  thread_ = std::thread([this] { Run(); });
}

AuditLog::~AuditLog() { Stop(); }

void AuditLog::Add(const Caller& caller, const std::string& method,
                   const std::string& audience, int64_t items) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  if (!HasRoom()) return;
  entries_.push_back({now, caller.name(), method, audience, 1, items});
  WriteBy(now + kEntryDelay);
}

void AuditLog::Sum(const Caller& caller, const std::string& method,
                   const std::string& audience, int64_t calls, int64_t items) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  AddTo({caller.name(), method, audience, MinuteOf(now)}, now, calls, items);
}

void AuditLog::Sum(
    const Caller& caller, const std::string& method,
    const google::protobuf::RepeatedPtrField<std::string>& audiences,
    int64_t items) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  for (const std::string& audience : audiences) {
    AddTo({caller.name(), method, audience, MinuteOf(now)}, now, 1, items);
  }
}

void AuditLog::AddTo(const Key& key, absl::Time now, int64_t calls,
                     int64_t items) {
  auto found = sums_.find(key);
  if (found == sums_.end()) {
    if (!HasRoom()) return;
    const auto& [client, method, audience, minute] = key;
    found = sums_.emplace(key, AuditRecord{now, client, method, audience, 0, 0})
                .first;
    WriteBy(now + kSumDelay);
  }
  found->second.call_count += calls;
  found->second.item_count += items;
}

absl::Status AuditLog::Flush(absl::Duration patience) {
  AccessRecords records;
  {
    const absl::Time now = clock_.Now();
    absl::MutexLock lock(&mutex_);
    records.audit = Take();
    if (records.audit.empty() && writes_ == 0) return absl::OkStatus();
    // With nothing to write it still waits for those under way: the pipeline
    // takes one after the other.
    ++writes_;
    if (!records.audit.empty() && now >= drop_at_) {
      records.audit_kept_from = now - retention_;
      drop_at_ = now + kDropInterval;
    }
  }
  struct Outcome {
    absl::Status status;
    absl::Notification done;
  };
  const auto outcome = std::make_shared<Outcome>();
  pipeline_.RecordAccess(
      records, [this, outcome, audit = records.audit](absl::Status status) {
        EndWrite(status, audit);
        outcome->status = std::move(status);
        outcome->done.Notify();
      });
  if (!outcome->done.WaitForNotificationWithTimeout(patience)) {
    return absl::UnavailableError("the audit log is still being written");
  }
  return outcome->status;
}

void AuditLog::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
    changed_.SignalAll();
  }
  thread_.join();
  const absl::Status written = Flush(kLastWords);
  if (!written.ok()) {
    LogWarning("access", "the end of the audit log could not be written",
               {{"error", written}});
  }
}

void AuditLog::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_ && (writes_ > 0 || clock_.Now() < write_at_)) {
        clock_.Wait(changed_, mutex_,
                    writes_ > 0 ? absl::InfiniteFuture() : write_at_);
      }
      if (stopping_) return;
      if (lost_ > 0) {
        LogError("access", "audit entries were lost; the database was away",
                 {{"count", std::exchange(lost_, 0)}});
      }
    }
    // One at a time; its end is told by EndWrite(), however long a commit
    // hangs.
    Flush(absl::ZeroDuration()).IgnoreError();
  }
}

void AuditLog::WriteBy(absl::Time time) {
  if (time >= write_at_) return;
  write_at_ = time;
  changed_.Signal();
}

bool AuditLog::HasRoom() {
  if (entries_.size() + sums_.size() < kEntryLimit) return true;
  ++lost_;
  return false;
}

std::vector<AuditRecord> AuditLog::Take() {
  std::vector<AuditRecord> records = std::exchange(entries_, {});
  for (auto& [key, record] : sums_) records.push_back(std::move(record));
  sums_.clear();
  write_at_ = absl::InfiniteFuture();
  std::stable_sort(records.begin(), records.end(),
                   [](const AuditRecord& left, const AuditRecord& right) {
                     return left.occurred_at < right.occurred_at;
                   });
  return records;
}

void AuditLog::EndWrite(const absl::Status& status,
                        std::vector<AuditRecord> records) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mutex_);
  --writes_;
  changed_.Signal();
  if (status.ok()) return;
  for (AuditRecord& record : records) {
    if (HasRoom()) entries_.push_back(std::move(record));
  }
  WriteBy(now + kRetryDelay);
}

}  // namespace audienced
