#ifndef AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_
#define AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_

#include <cstddef>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/functional/function_ref.h"
#include "daemon/pipeline/profile.h"
#include "rules/history/instant.h"

namespace audienced {

// When which profile has to be evaluated again: one deadline a profile. Derived
// from the profiles and never stored. Of what falls due together, exits come
// first. Not thread-safe.
class Deadlines {
 public:
  // Takes the deadline that the profile names in place of the one it had.
  void Set(const Profile& profile) {
    Set(profile.id, profile.next_change, profile.leaves_next);
  }
  void Remove(ProfileId profile) { Set(profile, Instant::Forever(), false); }

  // The earliest; Forever where there is none.
  Instant next() const {
    return queue_.empty() ? Instant::Forever() : queue_.begin()->at;
  }
  // At most `limit` profiles that are due at `now`, the first ones. They stay
  // due until they are set anew.
  std::vector<ProfileId> Due(Instant now, size_t limit) const {
    std::vector<ProfileId> due;
    for (auto place = queue_.begin();
         place != queue_.end() && place->at <= now && due.size() < limit;
         ++place) {
      due.push_back(place->profile);
    }
    return due;
  }
  // The earliest one that is due at `now` of a profile for which `is_done` says
  // no; Forever where there is none.
  Instant StillDue(Instant now,
                   absl::FunctionRef<bool(ProfileId)> is_done) const {
    for (const Deadline& each : queue_) {
      if (each.at > now) break;
      if (!is_done(each.profile)) return each.at;
    }
    return Instant::Forever();
  }
  size_t size() const { return queue_.size(); }

 private:
  struct Deadline {
    Instant at = Instant::Forever();
    bool is_entry = false;  // false goes first
    ProfileId profile{};

    friend auto operator<=>(const Deadline&, const Deadline&) = default;
  };

  void Set(ProfileId profile, Instant at, bool leaves) {
    const auto index = static_cast<size_t>(profile);
    if (index >= known_.size()) known_.resize(index + 1);
    Deadline& known = known_[index];
    if (known.at != Instant::Forever()) queue_.erase(known);
    known = {at, !leaves, profile};
    if (at != Instant::Forever()) queue_.insert(known);
  }

  absl::btree_set<Deadline> queue_;
  std::vector<Deadline> known_;  // by profile number
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_DEADLINES_H_
