#ifndef AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_
#define AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/name_registry.h"
#include "daemon/pipeline/tally.h"
#include "daemon/store/records.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// What became of one event.
struct EventOutcome {
  enum class Kind {
    kStored,
    kDuplicate,  // known by origin and event_id; nothing changed
    kRefused,    // `reason` and `message` say why; its neighbours are kept
  };
  Kind kind = Kind::kStored;
  std::string reason;  // UPPER_SNAKE: FUTURE_EVENT, ...
  std::string message;
  bool late = false;  // stored later than late_after
};

// One commit in the making: events and evaluations go in, and out come the rows
// to write and the profiles to put into the directory once they are written.
// Changes nothing outside itself, so a commit that fails leaves no trace. Used
// once, by one thread.
class CommitBuilder {
 public:
  struct Options {
    absl::Duration late_after;
    absl::Duration future_tolerance;
    int64_t rule_version = 0;
  };

  // `instance` and `tallies`, one each audience, are the state that the commit
  // finds. Borrows its arguments.
  CommitBuilder(const Directory& directory, const NameRegistry& names,
                std::shared_ptr<Projection> projection,
                const InstanceRecord& instance, std::vector<Tally> tallies,
                Instant now, Options options);

  // The instant at which everything is evaluated.
  Instant now() const { return now_; }

  // Takes an event in: finds or makes its profile, drops duplicates, refuses
  // what lies in the future.
  EventOutcome Add(const IncomingEvent& incoming, bool backfill);

  // Makes one profile of two: `survivor` goes on with the history of both,
  // `events`, and `absorbed` leaves every audience. For a commit of its own.
  void Merge(ProfileId absorbed, ProfileId survivor,
             const std::vector<EventRecord>& events);

  // Has the profile evaluated although nothing came for it.
  void Touch(ProfileId id, Cause reason);

  // Has `profile` evaluated in place of the one under its number.
  void Replace(std::shared_ptr<Profile> profile, Cause reason);

  // The audiences, by number, whose entries count as `existing` because the
  // audience itself is new.
  void SetFresh(std::vector<bool> fresh) { fresh_ = std::move(fresh); }

  // Publishes that the staged profile leaves an audience that is no more.
  void LeaveRemoved(ProfileId id, const std::string& audience,
                    AudienceMembership membership);

  // Leaves audiences with a `minimum_size` open or closed as they are: not all
  // profiles are counted yet.
  void KeepGates() { gates_are_kept_ = true; }

  // Evaluates every profile that was touched, and all members of an audience
  // that opens or closes by it. Call once, last.
  void Evaluate();

  // What to write. Complete after Evaluate().
  CommitBatch& rows() { return rows_; }
  // What to put into the directory afterwards.
  std::vector<Directory::ProfilePtr> TakeProfiles();
  // How many are in each audience after the commit.
  const std::vector<Tally>& tallies() const { return tallies_; }

 private:
  struct Staged {
    std::shared_ptr<Profile> profile;
    Cause reason = Cause::kTime;
    bool backfill = false;
    bool gained_identifiers = false;
  };

  std::optional<ProfileId> FindId(
      const std::vector<Identifier>& identifiers) const;
  Staged& Stage(ProfileId id);
  Staged& StageNew(const Identifier& identifier);
  void Link(Staged& staged, const std::vector<Identifier>& identifiers);
  bool IsLate(const Event& event) const;
  void SettleGates();
  void TouchMembers(uint32_t audience);
  void EvaluateOne(Staged& staged);
  void Publish(Staged& staged, Evaluation& evaluation, const Standing& standing,
               AudienceMembership& membership);
  void Leave(Staged& staged, const std::string& audience,
             AudienceMembership& membership, Cause cause);
  void Record(Staged& staged, const std::string& audience,
              AudienceMembership& membership, const Change& change,
              Instant expires);

  const Directory& directory_;
  const NameRegistry& names_;
  const std::shared_ptr<Projection> projection_;
  const Instant now_;
  const Options options_;

  std::map<ProfileId, Staged> staged_;
  absl::flat_hash_map<Identifier, ProfileId> new_identifiers_;
  int64_t new_profiles_ = 0;
  std::vector<bool> fresh_;
  std::vector<Tally> tallies_;
  bool gates_are_kept_ = false;
  CommitBatch rows_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_
