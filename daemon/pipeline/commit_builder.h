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
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "daemon/ingest/identity/identity_policy.h"
#include "daemon/ingest/identity/link_plan.h"
#include "daemon/pipeline/commit_rules.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/erasure_registry.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/pipeline/name_registry.h"
#include "daemon/pipeline/separations.h"
#include "daemon/pipeline/staged_profile.h"
#include "daemon/pipeline/tally.h"
#include "daemon/store/records.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/share_out.h"

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
  bool late = false;                            // stored later than late_after
  std::vector<DroppedIdentifier> dropped = {};  // of a stored event
};

// One commit in the making: events and evaluations go in, and out come the rows
// to write and the profiles to put into the directory once they are written.
// Changes nothing outside itself, so a commit that fails leaves no trace. Used
// once; called by one thread.
//
// Histories that are not in memory, or were made for other rules, have to be
// made ready before the profile takes part: by Prepare() or Provide().
class CommitBuilder {
 public:
  struct Options {
    absl::Duration late_after;
    absl::Duration future_tolerance;
    std::shared_ptr<const IdentityPolicy> identity =
        std::make_shared<IdentityPolicy>();
    const ErasureRegistry* erasures = nullptr;  // null: nobody was erased
    const Separations* separations = nullptr;   // null: there are none
  };

  // Reads histories for the rules of the commit, one for each profile.
  using Reader = std::function<absl::StatusOr<Histories>(
      const std::vector<Directory::ProfilePtr>&)>;
  // Reads the events that are kept under these numbers: all of them, or those
  // that occurred at one instant.
  using EventReader = std::function<absl::StatusOr<std::vector<EventRecord>>(
      const std::vector<ProfileId>&, std::optional<Instant>)>;

  // `instance` and `tallies`, one each audience, are the state that the commit
  // finds. `event_reader` is asked where two that become one both have a copy
  // of an event, and where an event comes for an instant that has one already:
  // their ids are not in memory. Borrows `directory`, `names` and what
  // `options` point to.
  CommitBuilder(const Directory& directory, const NameRegistry& names,
                CommitRules rules, const InstanceRecord& instance,
                std::vector<Tally> tallies, Instant now, Options options,
                Reader reader, EventReader event_reader = {});

  // The commit before this one is still being written. What it made of profiles
  // holds here although the directory does not show it yet, until
  // BeforeHasLanded() says that it does. Called before all else, for one that
  // is evaluated, and that merges, takes apart and erases nobody. Borrows it.
  void Follow(const CommitBuilder& before);
  void BeforeHasLanded() { before_ = nullptr; }

  // The instant at which everything is evaluated.
  Instant now() const { return now_; }
  // Time goes on for all that is not added yet, unless somebody has left
  // already: a commit has one time. Not once Evaluate() was called.
  void AdvanceTo(Instant now);

  // Makes ready what is not. Errors are those of reading; nothing has changed.
  absl::Status Prepare(const std::vector<ProfileId>& profiles);
  // Takes a history that was read before.
  void Provide(ProfileId profile, std::shared_ptr<const History> history);

  // Takes an event in: finds or makes its profile, makes one of those that it
  // names together, drops duplicates, refuses what lies in the future, what is
  // of one who was erased, and what is beyond retention but for its traits and
  // consents. The profiles that its identifiers name are ready.
  EventOutcome Add(IncomingEvent incoming, bool backfill);

  // Makes one profile of two, whatever their identifiers are: `survivor` goes
  // on with the history of both, and `absorbed` leaves every audience. Both are
  // ready.
  void Merge(ProfileId absorbed, ProfileId survivor);

  // Takes two apart that are one: both as they are to be, with their histories.
  void Unmerge(std::shared_ptr<Profile> restored,
               std::shared_ptr<Profile> remaining);

  // How long the exits of who was erased name whom to remove.
  static constexpr absl::Duration kExitsKept = absl::Hours(30 * 24);

  // Has the profile, which is ready, leave every audience, and nothing of it
  // kept. For a commit of its own.
  void Erase(ProfileId id);

  // Has the profile, which is ready, evaluated although nothing came for it.
  // One under other rules moves to those of the commit.
  void Touch(ProfileId id, Cause reason);

  // Has the profile, which is ready and under other rules, move to those of the
  // commit. Takes no part otherwise, so only what is another audience now is
  // evaluated.
  void Move(ProfileId id);

  // Whether the profile takes part.
  bool Has(ProfileId id) const { return staged_.contains(CurrentOf(id)); }

  // Evaluates every profile that was touched, and all members of an audience
  // that opens or closes by it; with so many threads, or fewer where few take
  // part. Call once, last. Errors are those of Prepare(), and of reading what
  // two profiles that became one have in common.
  absl::Status Evaluate(int threads = MachineThreads());

  // Whether somebody has left already, who became one with another or is
  // erased.
  bool has_exits() const { return !gone_changes_.empty(); }

  // What to write. Complete after Evaluate().
  CommitBatch& rows() { return rows_; }
  // The earliest instant at which somebody changes that this commit leaves to
  // the next one; Forever: there is none.
  Instant still_due() const { return still_due_; }
  // What to put into the directory afterwards.
  std::vector<Directory::ProfilePtr> TakeProfiles();
  // How many are in each audience after the commit.
  const std::vector<Tally>& tallies() const { return tallies_; }
  // Profiles that this commit found to have more events than a person makes.
  int64_t flagged_count() const { return flagged_count_; }

 private:
  // What an event makes of profiles; its row is stored under the number
  // `owner->stored`.
  using ProfileLinks = LinkPlan<Directory::Place>;
  struct People;

  // As the commit before has left them.
  Directory::ProfilePtr Find(ProfileId id) const;
  std::optional<Directory::Place> FindPlace(const Identifier& identifier) const;

  // commit_links.cc
  ProfileLinks Plan(const std::vector<Identifier>& identifiers) const;
  std::optional<Directory::Place> PlaceOf(const Identifier& identifier) const;
  ProfileId CurrentOf(ProfileId id) const;
  const Profile& ProfileOf(ProfileId id) const;
  bool IsKnown(const ProfileLinks& plan, uint64_t digest) const;
  StagedProfile& Join(ProfileLinks& plan,
                      const std::vector<Identifier>& identifiers);
  ProfileId MergeYounger(ProfileId one, ProfileId other);
  History HistoryOfBoth(const Profile& one, const Profile& other);
  void LeaveEverything(StagedProfile& gone, Cause cause);
  void TakeOut(ProfileId id);

  bool IsReady(const Profile& profile) const;
  const History& HistoryOf(ProfileId id) const;
  StagedProfile& Stage(ProfileId id);
  StagedProfile& StageNew(const Identifier& identifier);
  std::optional<EventOutcome> RefusalOf(
      const Event& event, const std::vector<Identifier>& identifiers) const;
  bool IsBeyondRetention(const Event& event) const;
  EventOutcome TakeRemnant(const Event& event, ProfileLinks& plan,
                           const std::vector<Identifier>& identifiers);
  void NoteFirstEvent(StagedProfile& staged, ProfileId stored_under,
                      Instant time);
  void KeepUp(StagedProfile& staged);
  void StoreEvent(StagedProfile& staged, EventRecord row);
  void InsertInOrder(StagedProfile& staged, ProjectedEvent event);
  // Inserts the event, or what it says of the profile alone.
  void TakeOver(StagedProfile& staged, ProjectedEvent event,
                void (History::*insert)(ProjectedEvent));
  void CompareConsents(StagedProfile& staged);
  static void AddReason(StagedProfile& staged, Cause reason);
  // Where the last event has made it so.
  void FlagIfLarge(StagedProfile& staged);
  bool IsLate(const Event& event) const;
  int StagedThreads() const;
  // Calls `work` with each that is staged and the number of the thread that
  // calls: several do, from 0, fewer than StagedThreads().
  void ShareStaged(absl::FunctionRef<void(int, StagedProfile&)> work);
  absl::Status SettleGates();
  std::vector<Tally> CountGated(const std::vector<uint32_t>& gated);
  absl::Status TouchMembers(uint32_t audience);
  void CountAsBefore(const Profile& before, Profile& profile);
  void EvaluateStaged();
  void NumberChanges();

  const Directory& directory_;
  const CommitBuilder* before_ = nullptr;  // null: it is in the directory
  const NameRegistry& names_;
  const CommitRules rules_;
  const std::shared_ptr<Projection> projection_;  // of rules_
  const Instant evaluated_through_;               // of the commit before
  Instant now_;
  const Instant events_from_;  // earlier ones are dropped
  const Options options_;
  const Reader reader_;
  const EventReader event_reader_;
  absl::Status read_status_;  // of event_reader_

  absl::flat_hash_map<ProfileId, std::shared_ptr<const History>> ready_;
  std::map<ProfileId, StagedProfile> staged_;
  std::vector<RecordedChange> gone_changes_;  // of who takes no part any more
  // The numbers that identifiers of this commit are kept under.
  absl::flat_hash_map<Identifier, ProfileId> new_identifiers_;
  // Who became one with whom in this commit.
  absl::flat_hash_map<ProfileId, ProfileId> absorbed_;
  int64_t numbers_given_;  // to profiles, before this commit
  int64_t new_profiles_ = 0;
  std::vector<Tally> tallies_;
  int threads_ = 1;
  int64_t flagged_count_ = 0;
  Instant still_due_ = Instant::Forever();
  CommitBatch rows_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_COMMIT_BUILDER_H_
