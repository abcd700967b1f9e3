#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "daemon/ctl/offline/projected_lines.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The events of a file by whose they are. Profiles are numbered from 0 by the
// caller, and of each the events are looked at once, some profiles together:
// so lines stay where they were read, but for those of some profiles lying
// beside each other there, and nothing else is kept of all of them.
// Thread-safe.
class EventsByProfile {
 public:
  // Profiles are looked at by so many.
  static constexpr size_t kProfilesOfPart = 2048;

  // `lines` are in the order of the file, and `projectors` read them; which
  // profile a set of identifiers means, `profile_of` says. Works on so many
  // threads.
  EventsByProfile(std::vector<ProjectedLines> lines,
                  std::vector<LineProjector> projectors,
                  absl::Span<const uint32_t> profile_of, size_t profiles,
                  int threads);

  // Makes histories. Not thread-safe; several may work side by side.
  class Maker {
   public:
    Maker(const EventsByProfile& events, const Projection& projection);
    // The history of `profile`, until the next one is asked for. Of copies of
    // an event the first counts. To be asked for in rising order: all of a part
    // is looked at for the first of it.
    const History& HistoryOf(uint32_t profile);

   private:
    using Lines = absl::Span<const ProjectedLine>;

    void Load(size_t part);
    // Leaves of the loaded lines of a profile, in [begin, end), its events, in
    // their order.
    Lines Order(size_t begin, size_t end);
    // Brings near what the events of a profile of the part mean.
    void Prefetch(size_t place) const;
    void AddStatements(Lines events);

    const EventsByProfile& all_;
    const bool has_statements_;
    std::optional<size_t> part_;        // that is loaded
    std::vector<ProjectedLine> lines_;  // of its profiles
    std::vector<Lines> events_;         // by place of the profile in the part
    History history_;
  };

 private:
  // Some lines of the file, by part; in its order, of each part.
  struct Batch {
    // Of one part.
    absl::Span<const ProjectedLine> Of(size_t part) const {
      return absl::MakeSpan(lines).subspan(begins[part],
                                           begins[part + 1] - begins[part]);
    }

    std::vector<ProjectedLine> lines;
    std::vector<uint32_t> begins;  // by part, and the end
  };

  // Makes one of some lines of the file. `spare` is what it works with.
  Batch Divide(std::vector<ProjectedLine> lines,
               absl::Span<const uint32_t> profile_of,
               std::vector<ProjectedLine>& spare) const;

  const std::vector<LineProjector> projectors_;
  const size_t profiles_;
  std::vector<Batch> batches_;  // in the order of the file
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_EVENTS_BY_PROFILE_H_
