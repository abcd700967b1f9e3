#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_PROFILES_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_PROFILES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "daemon/ctl/offline/events_by_profile.h"
#include "daemon/ctl/offline/people.h"
#include "daemon/ctl/offline/projected_lines.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/history/instant.h"

namespace audienced {

// A member of an audience at the instant that was asked.
struct OfflineMember {
  std::string_view profile;  // the name of the profile in the file
  Interval stay;             // as it stands if no further event comes
};

// The profiles of a file of events, without daemon or database: who is who as
// for a daemon with the usual settings that gets the events in this order
// (people.h). Copies of an event name people, too.
class OfflineProfiles {
 public:
  explicit OfflineProfiles(std::shared_ptr<const CompiledRulebook> rulebook);

  Projection& projection() { return projection_; }

  // Makes one to read lines with.
  LineProjector NewProjector() { return LineProjector(projection_, *shared_); }

  // Takes the next lines of the file. Of copies of an event of one profile the
  // first counts. Not thread-safe.
  void Add(ProjectedLines lines) { lines_.push_back(std::move(lines)); }

  // Makes the profiles, on so many threads. `projectors` read the lines. To be
  // called once, behind all lines and before any question.
  void Finish(std::vector<LineProjector> projectors, int threads);

  size_t profile_count() const { return profiles_.size(); }
  // The instant of the last event; InfinitePast where there is none. Looks at
  // every event, on so many threads.
  absl::Time LastEventTime(int threads) const;

  // Evaluates every profile, on `threads` threads numbered from 0: `each` gets
  // the number of its thread. `progress` is told from one of them how many
  // profiles are done. Names live as long as this object.
  void ForEach(int threads,
               const std::function<void(int thread, Evaluation& evaluation,
                                        std::string_view name)>& each,
               const std::function<void(int64_t)>& progress) const;

  // The members of each of `audiences` at `t`, in that order; computed as by
  // ForEach(). Only with `with_stays` their stays are told.
  struct Members {
    std::vector<std::vector<OfflineMember>> lists;
    int64_t event_count = 0;  // of all profiles, distinct
  };
  Members MembersAt(absl::Span<const size_t> audiences, Instant t,
                    bool with_stays, int threads,
                    const std::function<void(int64_t)>& progress) const;

 private:
  struct Profile {
    // The one that weighs most.
    const Identifier& name() const { return heavier ? *heavier : first; }

    Identifier first;                           // it makes the permanent key
    std::unique_ptr<const Identifier> heavier;  // null: none is
  };

  // One for each of so many threads.
  std::vector<EventsByProfile::Maker> NewMakers(int threads) const;
  // Makes all profiles; says which one each set of identifiers means.
  std::vector<uint32_t> MakeProfiles(int threads);
  // Makes a profile of each; `profile_of` holds numbers of people.
  void NumberPeople(People& people, absl::Span<uint32_t> profile_of);

  Projection projection_;
  std::unique_ptr<SharedLines> shared_;  // until Finish()
  std::vector<ProjectedLines> lines_;    // until then
  std::vector<Profile> profiles_;
  std::unique_ptr<const EventsByProfile> events_;  // since Finish()
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_OFFLINE_PROFILES_H_
