// How very many events are read at once: as they lie on disk, by several
// connections side by side.

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "daemon/store/readers.h"
#include "daemon/store/store.h"
#include "daemon/store/tables/record_reader.h"

namespace audienced {
namespace {

// One statement reads so many pages of each partition: tens of thousands of
// events, a fraction of a second.
constexpr int64_t kPagesPerStatement = 128;
// One statement looks for remnants of so many profiles.
constexpr int64_t kRemnantsPerStatement = 20'000;

// Steps that several threads take until there is none left or one fails.
class Steps {
 public:
  Steps(int64_t count, absl::FunctionRef<bool()> goes_on)
      : count_(count), goes_on_(goes_on) {}

  // The next step, or -1.
  int64_t Take() {
    absl::MutexLock lock(&mutex_);
    if (status_.ok() && !goes_on_()) {
      status_ = absl::CancelledError("reading events was cancelled");
    }
    return status_.ok() && next_ < count_ ? next_++ : -1;
  }
  void Fail(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    status_.Update(status);
  }
  absl::Status status() {
    absl::MutexLock lock(&mutex_);
    return status_;
  }

 private:
  const int64_t count_;
  const absl::FunctionRef<bool()> goes_on_;
  absl::Mutex mutex_;
  int64_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<int64_t> Store::EventBytes() {
  int64_t bytes = 0;
  const absl::Status status =
      readers_->Run([&](DatabaseConnection& connection) {
        bytes = SizeOfEvents(connection).bytes;
      });
  if (!status.ok()) return status;
  return bytes;
}

absl::Status Store::ScanEvents(
    const EventScan& scan, absl::FunctionRef<bool()> goes_on,
    absl::FunctionRef<void(int reader, StoredEvents)> each,
    absl::FunctionRef<void(EventRecord)> remnant) {
  int64_t pages = 0;
  absl::Status status = readers_->Run([&](DatabaseConnection& connection) {
    pages = SizeOfEvents(connection).largest_pages;
  });
  if (!status.ok()) return status;
  // What is added meanwhile to the end comes with the last step.
  Steps steps(pages / kPagesPerStatement + 1, goes_on);
  const auto read = [&](int reader) {
    for (int64_t step = steps.Take(); step >= 0; step = steps.Take()) {
      const PageRange range{step * kPagesPerStatement,
                            (step + 1) * kPagesPerStatement <= pages
                                ? (step + 1) * kPagesPerStatement
                                : PageRange::kNoEnd};
      bool has_begun = false;
      steps.Fail(readers_->Run([&](DatabaseConnection& connection) {
        // Not a second time what was told already.
        if (has_begun) throw pqxx::broken_connection("lost while reading");
        ReadEventsIn(connection, range, scan.after, scan.through, scan.others,
                     [&](StoredEvents events) {
                       has_begun = true;
                       each(reader, events);
                     });
      }));
    }
  };
  std::vector<std::thread> others;
  for (int reader = 1; reader < scan.readers; ++reader) {
    others.emplace_back(read, reader);
  }
  read(0);
  for (std::thread& other : others) other.join();
  status = steps.status();
  return status.ok() ? ScanRemnants(scan, remnant) : status;
}

// In this order: what is dropped in between is there twice.
absl::Status Store::ScanRemnants(const EventScan& scan,
                                 absl::FunctionRef<void(EventRecord)> each) {
  const Instant remnants{remnants_through_micros_.load()};
  if (remnants == Instant::Never()) return absl::OkStatus();
  std::vector<ProfileId> others = scan.others;
  const auto end = static_cast<int64_t>(scan.through);
  for (auto after = static_cast<int64_t>(scan.after);
       after < end || !others.empty(); after += kRemnantsPerStatement) {
    std::vector<EventRecord> read;
    const absl::Status status =
        readers_->Run([&](DatabaseConnection& connection) {
          const int64_t through = std::min(after + kRemnantsPerStatement, end);
          read = ReadRemnantsOf(connection, ProfileId{after},
                                ProfileId{through}, others, ToTime(remnants));
        });
    if (!status.ok()) return status;
    for (EventRecord& remnant : read) each(std::move(remnant));
    others.clear();
  }
  return absl::OkStatus();
}

}  // namespace audienced
