#ifndef AUDIENCED_DAEMON_PIPELINE_NAME_REGISTRY_H_
#define AUDIENCED_DAEMON_PIPELINE_NAME_REGISTRY_H_

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/records.h"
#include "rules/history/event.h"
#include "rules/language/check/seen_names.h"

namespace audienced {

// The names that events had so far: what `check` holds rules against. Bounded,
// because senders choose them. Thread-safe: one writer, any readers.
class NameRegistry {
 public:
  // Of each kind so many are kept; further ones are not.
  static constexpr size_t kNameLimit = 10'000;

  // The names of `event` that are not known yet.
  std::vector<SeenNameRecord> NewNames(const Event& event) const;

  void Add(const std::vector<SeenNameRecord>& names);

  SeenNames Snapshot() const;

 private:
  mutable absl::Mutex mutex_;
  SeenNames seen_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_NAME_REGISTRY_H_
