#ifndef AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_
#define AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/history_reader.h"
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
};

// By which rules a commit evaluates.
struct CommitRules {
  std::shared_ptr<Projection> projection;
  int64_t version = 0;
  // By audience number: whether it was not in force before, so that who is in
  // it when a profile moves to these rules counts as `existing`.
  std::vector<bool> fresh;
  // Whether profiles that have not moved yet come from other rules, not only
  // from a start.
  bool are_new = false;
  // Whether all profiles are counted. Until then no audience closes for its
  // `minimum_size`.
  bool are_all_counted = true;
};

// One commit in the making: events and evaluations go in, and out come the rows
// to write and the profiles to put into the directory once they are written.
// Changes nothing outside itself, so a commit that fails leaves no trace. Used
// once, by one thread.
//
// Histories that are not in memory, or were made for other rules, have to be
// made ready before the profile takes part: by Prepare() or Provide().
class CommitBuilder {
 public:
  struct Options {
    absl::Duration late_after;
    absl::Duration future_tolerance;
  };

  // Reads histories for the rules of the commit, one for each profile.
  using Reader = std::function<absl::StatusOr<Histories>(
      const std::vector<Directory::ProfilePtr>&)>;

  // `instance` and `tallies`, one each audience, are the state that the commit
  // finds. Borrows `directory` and `names`.
  CommitBuilder(const Directory& directory, const NameRegistry& names,
                CommitRules rules, const InstanceRecord& instance,
                std::vector<Tally> tallies, Instant now, Options options,
                Reader reader);

  // The instant at which everything is evaluated.
  Instant now() const { return now_; }

  // Makes ready what is not. Errors are those of reading; nothing has changed.
  absl::Status Prepare(const std::vector<ProfileId>& profiles);
  // Takes a history that was read before.
  void Provide(ProfileId profile, std::shared_ptr<const History> history);

  // Takes an event in: finds or makes its profile, drops duplicates, refuses
  // what lies in the future. The profiles that its identifiers name are ready.
  EventOutcome Add(const IncomingEvent& incoming, bool backfill);

  // Makes one profile of two: `survivor` goes on with the history of both,
  // `events`, and `absorbed` leaves every audience. Both are ready.
  void Merge(ProfileId absorbed, ProfileId survivor,
             const std::vector<EventRecord>& events);

  // Has the profile, which is ready, evaluated although nothing came for it.
  // One under other rules moves to those of the commit.
  void Touch(ProfileId id, Cause reason);

  // Whether the profile takes part.
  bool Has(ProfileId id) const { return staged_.contains(id); }

  // Evaluates every profile that was touched, and all members of an audience
  // that opens or closes by it. Call once, last. Errors are those of Prepare().
  absl::Status Evaluate();

  // What to write. Complete after Evaluate().
  CommitBatch& rows() { return rows_; }
  // What to put into the directory afterwards.
  std::vector<Directory::ProfilePtr> TakeProfiles();
  // How many are in each audience after the commit.
  const std::vector<Tally>& tallies() const { return tallies_; }
  int64_t late_count() const { return late_count_; }

 private:
  struct Staged {
    std::shared_ptr<Profile> profile;
    std::shared_ptr<History> own_history;  // once an event was added
    Cause reason = Cause::kTime;
    bool moves = false;        // comes from other rules
    bool is_recalled = false;  // was not evaluated since the start
    bool backfill = false;
    bool gained_identifiers = false;
  };

  std::optional<ProfileId> FindId(
      const std::vector<Identifier>& identifiers) const;
  bool IsReady(const Profile& profile) const;
  const History& HistoryOf(ProfileId id) const;
  Staged& Stage(ProfileId id);
  Staged& StageNew(const Identifier& identifier);
  void Insert(Staged& staged, ProjectedEvent event);
  void Link(Staged& staged, const std::vector<Identifier>& identifiers);
  Cause ReasonFor(const Event& event);
  absl::Status SettleGates();
  absl::Status TouchMembers(uint32_t audience);
  void EvaluateOne(Staged& staged);
  Cause ReasonOf(const Staged& staged, Evaluation& evaluation,
                 uint32_t audience) const;
  Cause Recall(Evaluation& evaluation, AudienceMembership& membership) const;
  void Publish(Staged& staged, Evaluation& evaluation, const Standing& standing,
               AudienceMembership& membership);
  void LeaveRetired(Staged& staged);
  void Leave(Staged& staged, const std::string& audience,
             AudienceMembership& membership, Cause cause);
  void Record(Staged& staged, const std::string& audience,
              AudienceMembership& membership, const Change& change,
              Instant expires);

  const Directory& directory_;
  const NameRegistry& names_;
  const CommitRules rules_;
  const std::shared_ptr<Projection> projection_;  // of rules_
  const Instant evaluated_through_;               // of the commit before
  const Instant now_;
  const Options options_;
  const Reader reader_;

  absl::flat_hash_map<ProfileId, std::shared_ptr<const History>> ready_;
  std::map<ProfileId, Staged> staged_;
  absl::flat_hash_map<Identifier, ProfileId> new_identifiers_;
  int64_t new_profiles_ = 0;
  std::vector<Tally> tallies_;
  int64_t late_count_ = 0;
  CommitBatch rows_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_
