#ifndef AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_
#define AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_

#include <cstddef>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "daemon/store/records.h"
#include "rules/history/instant.h"

namespace audienced {

// When which profile has to be evaluated again. Derived from the profiles and
// never stored. A deadline that was moved is left where it is: when it comes up
// its profile says that it is not due. Not thread-safe.
class Deadlines {
 public:
  // Forever is no deadline.
  void Add(Instant at, ProfileId profile) {
    if (at != Instant::Forever()) heap_.emplace(at, profile);
  }
  Instant next() const {
    return heap_.empty() ? Instant::Forever() : heap_.top().first;
  }
  // Takes out at most `limit` profiles that are due at `now`. A profile may
  // come more than once.
  std::vector<ProfileId> TakeDue(Instant now, size_t limit) {
    std::vector<ProfileId> due;
    while (due.size() < limit && next() <= now) {
      due.push_back(heap_.top().second);
      heap_.pop();
    }
    return due;
  }
  size_t size() const { return heap_.size(); }
  void Clear() { heap_ = {}; }

 private:
  using Entry = std::pair<Instant, ProfileId>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> heap_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_
