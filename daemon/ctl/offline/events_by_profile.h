#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "daemon/ctl/offline/projected_lines.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The events of a file by whose they are, each once, in the order of histories:
// who looks at one profile after the other reads the memory from its begin to
// its end. Profiles are numbered from 0 by the caller. Thread-safe.
class EventsByProfile {
 private:
  struct Range;

 public:
  // `lines` are in the order of the file, and `projectors` read them; which
  // profile a set of identifiers means, `profile_of` says. Of copies of an
  // event of one profile the first counts. Works on so many threads.
  EventsByProfile(std::vector<ProjectedLines> lines,
                  std::vector<LineProjector> projectors,
                  absl::Span<const uint32_t> profile_of, size_t profiles,
                  int threads);

  size_t size() const { return size_; }
  // When the last one occurred; Never where there is none.
  Instant last_time() const { return last_time_; }

  // Makes histories. Not thread-safe; several may work side by side.
  class Maker {
   public:
    Maker(const EventsByProfile& events, const Projection& projection);
    // The history of `profile`, until the next one is asked for. Best asked for
    // in rising order.
    const History& HistoryOf(uint32_t profile);

   private:
    // Brings near what the events of `profile` mean.
    void Prefetch(size_t profile) const;
    void AddStatements(const Range& range);

    const EventsByProfile& all_;
    const bool has_statements_;
    History history_;
  };

 private:
  // Where the events of one profile lie.
  struct Range {
    ProjectedLine* begin = nullptr;
    ProjectedLine* end = nullptr;
  };

  using Lines = absl::Span<const ProjectedLines>;
  using ProfileOf = absl::Span<const uint32_t>;

  // By profile, how many lines are of it.
  static std::vector<uint32_t> CountLines(Lines lines, ProfileOf profile_of,
                                          size_t profiles, int threads);
  // Places the lines of the profiles [first, last), in the order of the file.
  void Place(Lines lines, ProfileOf profile_of,
             absl::Span<const uint32_t> counts, size_t first, size_t last,
             std::vector<ProjectedLine>& into);
  // Leaves of the lines of a profile its events, in their order.
  static void Order(Range& range);

  const std::vector<LineProjector> projectors_;
  std::vector<std::vector<ProjectedLine>> parts_;  // some profiles' each
  std::vector<Range> ranges_;                      // by profile
  size_t size_ = 0;
  Instant last_time_ = Instant::Never();
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
