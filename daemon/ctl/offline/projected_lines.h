#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "daemon/ctl/offline/identifier_sets.h"
#include "daemon/ctl/offline/text_numbers.h"
#include "daemon/ingest/event_file.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// An event of a file as the rules see it. Small, for all of a file are in
// memory at once: what it says and whom it names are numbers of the projector
// that read it.
struct ProjectedLine {
  Instant time;
  uint64_t digest = 0;  // of origin and event_id
  uint32_t identifiers = 0;
  uint32_t meaning = 0;
  size_t id_end = 0;  // of its event_id, in ProjectedLines::event_ids
};

// Some lines of a file, in its order.
struct ProjectedLines {
  size_t projector = 0;  // who read them
  std::vector<ProjectedLine> events;
  std::string event_ids;          // one behind the other
  std::vector<EventLine> faults;  // lines that are no events

  std::string_view event_id(size_t event) const {
    const size_t begin = event == 0 ? 0 : events[event - 1].id_end;
    return std::string_view(event_ids).substr(begin,
                                              events[event].id_end - begin);
  }
};

// Makes lines of a file to events as the rules see them. Lines of CSV that say
// the same of what happened, as most do that come often (this item viewed, that
// one in the cart), are looked at once. Not thread-safe.
class LineProjector {
 public:
  explicit LineProjector(Projection& projection) : projection_(projection) {}

  // All of `lines`, behind those that `into` has. Later lines of a file come
  // later.
  absl::Status Add(EventFile::Lines lines, ProjectedLines& into);
  // One line.
  void Add(EventLine line, ProjectedLines& into);

  EventMeaning meaning(uint32_t number) const { return meanings_[number]; }
  // What the only event that means this says of its profile, as far as it
  // outlives the event; null where it says nothing of the kind.
  const ProjectedEvent* StatementOf(uint32_t meaning) const {
    if (statements_.empty()) return nullptr;
    const auto found = statements_.find(meaning);
    return found == statements_.end() ? nullptr : &found->second;
  }
  IdentifierSets& sets() { return sets_; }
  const IdentifierSets& sets() const { return sets_; }

 private:
  // What comes often comes early.
  static constexpr size_t kKnownLimit = 1 << 18;
  // So many lines are looked at before the first of them is looked up: what is
  // read then lies all over the memory.
  static constexpr size_t kAhead = 32;

  struct Look {
    CsvEvents::Look line;
    TextDigest says;
    TextDigest identifiers;
  };

  absl::Status AddAll(CsvEvents& events, ProjectedLines& into);
  void Add(CsvEvents& events, const Look& look, ProjectedLines& into);
  // The number of what `event` means.
  uint32_t Keep(ProjectedEvent event);

  Projection& projection_;
  IdentifierSets sets_;
  TextNumbers known_;  // what lines say
  MeaningStore store_;
  std::vector<EventMeaning> meanings_;
  absl::flat_hash_map<uint32_t, ProjectedEvent> statements_;  // by meaning
  std::array<Look, kAhead> looks_;
  EventLine line_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
