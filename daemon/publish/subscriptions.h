#ifndef AUDIENCED_DAEMON_PUBLISH_SUBSCRIPTIONS_H_
#define AUDIENCED_DAEMON_PUBLISH_SUBSCRIPTIONS_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/records.h"

namespace audienced {

// The named subscriptions as of the last commit: who follows the changes, and
// up to where each has acknowledged them. Thread-safe: one writer (the
// pipeline), any readers.
class Subscriptions {
 public:
  // How many there may be, of all clients.
  static constexpr size_t kLimit = 1000;

  // Takes over a subscription, or its new position.
  void Put(SubscriptionRecord subscription);
  void Remove(const SubscriptionName& name);

  // Absent: there is none.
  std::optional<SubscriptionRecord> Find(const SubscriptionName& name) const;
  // By client and name.
  std::vector<SubscriptionRecord> All() const;
  size_t size() const;

  // The positions through which every subscription has acknowledged that goes
  // on from a position of `database_id` which is not before `log_start`. Absent
  // where there is none.
  std::optional<StreamPositions> Acknowledged(
      const std::string& database_id, const StreamPositions& log_start) const;

 private:
  mutable absl::Mutex mutex_;
  std::map<SubscriptionName, SubscriptionRecord> subscriptions_
      ABSL_GUARDED_BY(mutex_);
};

// Where a subscription stands.
enum class SubscriptionState {
  kActive,
  kExpired,  // the log starts behind its position
  kForeign,  // its position is of another database
};

// `active`, `expired`, `foreign`.
std::string_view Name(SubscriptionState state);

SubscriptionState StateOf(const SubscriptionRecord& subscription,
                          const std::string& database_id,
                          const StreamPositions& log_start);

// NOT_FOUND with SUBSCRIPTION_NOT_FOUND.
absl::Status SubscriptionNotFound(const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PUBLISH_SUBSCRIPTIONS_H_
