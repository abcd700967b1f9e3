#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "daemon/ctl/offline/identifier_sets.h"
#include "daemon/ctl/offline/shared_table.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/identity/blocked_identifiers.h"
#include "rules/engine/project/array_blocks.h"
#include "rules/engine/project/event_meaning.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/project/text_digest.h"
#include "rules/history/history.h"

namespace audienced {

// An event of a file as the rules see it. Small, for all of a file are in
// memory at once: what it says and its id lie with the projector that read it.
struct ProjectedLine {
  Instant time;
  uint64_t digest = 0;  // of origin and event_id
  EventMeaning meaning;
  const char* id = nullptr;
  uint32_t id_bytes = 0;
  // Whom it names, by number of the set of identifiers; once profiles are
  // made, whose it is, by number of the profile.
  uint32_t whose = 0;

  EventOrder order() const { return {time, {id, id_bytes}, digest}; }
};

// Some lines of a file, in its order.
struct ProjectedLines {
  std::vector<ProjectedLine> events;
  std::vector<EventLine> faults;  // lines that are no events
};

// What those who read a file tell each other. Thread-safe.
struct SharedLines {
  bool HasBlocked(const IdentifierSet& identifiers) const {
    return std::any_of(
        identifiers.begin(), identifiers.end(),
        [this](const Identifier& each) { return blocked.Blocks(each); });
  }

  const BlockedIdentifiers blocked = BlockedIdentifiers();  // those of all
  IdentifierSets sets;                                      // without them
  // By what lines say. What comes often comes early.
  SharedTable<EventMeaning> meanings{/*limit=*/1 << 18};
};

// Makes lines of a file to events as the rules see them. Lines of CSV that say
// the same of what happened, as most do that come often (this item viewed, that
// one in the cart), are looked at once. Not thread-safe; several may read parts
// of one file. What they say of an event borrows from the one that was first to
// meet its like.
class LineProjector {
 public:
  // Borrows its arguments, for as long as it reads.
  LineProjector(Projection& projection, SharedLines& shared)
      : projection_(projection), shared_(shared) {}

  // All of `lines`, behind those that `into` has. Later lines of a file come
  // later.
  absl::Status Add(EventFile::Lines lines, ProjectedLines& into);
  // One line.
  void Add(EventLine line, ProjectedLines& into);

  // What the only event that means this says of its profile, as far as it
  // outlives the event; null where it says nothing of the kind.
  const ProjectedEvent* StatementOf(EventMeaning meaning) const {
    const auto found = statements_.find(meaning);
    return found == statements_.end() ? nullptr : &found->second;
  }
  bool has_statements() const { return !statements_.empty(); }

 private:
  // So many lines are looked at before the first of them is looked up, and of
  // so many the others are told what is new: who looks up waits for who tells,
  // so both are seldom.
  static constexpr size_t kAhead = 256;

  // Some lines, and what is known of each.
  struct Looks {
    std::array<CsvEvents::Look, kAhead> lines;
    std::array<TextDigest, kAhead> said;
    std::array<TextDigest, kAhead> named;
    std::array<std::optional<EventMeaning>, kAhead> meanings;
    std::array<std::optional<uint32_t>, kAhead> sets;
  };

  absl::Status AddAll(CsvEvents& events, ProjectedLines& into);
  // Takes a line; whom it names is known only behind the next TellOthers().
  void Take(EventLine line, ProjectedLines& into);
  // A line without any other identifier is no event.
  void TakeOutBlocked(EventLine& line) const;
  // Takes the line that was looked at as number `i`.
  void TakeLook(CsvEvents& events, size_t i, ProjectedLines& into);
  // Tells the others what they may not have met yet, and `into` the numbers of
  // whom its events name.
  void TellOthers(ProjectedLines& into);
  void KeepId(std::string_view event_id, ProjectedLine& line);
  EventMeaning KeepMeaning(ProjectedEvent event);

  Projection& projection_;
  SharedLines& shared_;
  MeaningStore meanings_;
  ArrayBlocks<char> event_ids_;
  absl::flat_hash_map<EventMeaning, ProjectedEvent> statements_;
  Looks looks_;
  EventLine line_;

  // What nobody knew yet when it was asked for.
  std::vector<std::pair<TextDigest, EventMeaning>> new_meanings_;
  std::vector<IdentifierSets::Asked> new_sets_;
  std::vector<size_t> naming_new_sets_;  // the events, by their places
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_PROJECTED_LINES_H_
