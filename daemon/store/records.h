#ifndef AUDIENCED_DAEMON_STORE_RECORDS_H_
#define AUDIENCED_DAEMON_STORE_RECORDS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "daemon/digest/digest.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/store/access_records.h"
#include "rules/engine/consent_standing.h"
#include "rules/engine/membership.h"
#include "rules/history/event.h"

// What is written to and read from PostgreSQL, table by table. The columns are
// described in migrations/.

namespace audienced {

// The number of a profile; never reused.
enum class ProfileId : int64_t {};

// Profiles hash to a fixed number of streams; see StreamOf().
inline constexpr int kStreamCount = 64;

// For each stream the sequence of its last change; 0 before the first.
using StreamPositions = std::array<int64_t, kStreamCount>;

struct ProfileRecord {
  ProfileId id;
  int stream = 0;   // 0 to kStreamCount - 1
  std::string key;  // permanent: `kind:value` of the identifier that made it
  // The profile whose history includes this one's; absent: none.
  std::optional<ProfileId> merged_into = {};
  // When the first event of its own occurred, dropped ones too; absent: none.
  std::optional<absl::Time> first_event_at = {};
  // Nothing is left of it but this record, with an empty key; absent: it is not
  // erased.
  std::optional<absl::Time> erased_at = {};
  // Until when (not included) its last exits name whom to remove; absent: they
  // name nobody.
  std::optional<absl::Time> exits_kept_until = {};
  // Sequence of the last of these exits in its stream; absent: not known.
  std::optional<int64_t> exits_through = {};
};

// An event of the profile that occurred before all that were known.
struct FirstEventRecord {
  ProfileId profile;
  absl::Time first_event_at;
};

// From its commit on `absorbed` is a part of `survivor`.
struct MergeRecord {
  ProfileId absorbed;
  ProfileId survivor;
};

// From its commit on `restored` is no part of `remaining` any more, and events
// that name both do not join them.
struct UnmergeRecord {
  ProfileId restored;
  ProfileId remaining;
};

// Two profiles that were one and were taken apart.
struct SeparationRecord {
  ProfileId profile;
  ProfileId other;
};

// From its commit on nothing is left of a profile, but what the consumers of
// its last changes need, and by what its identifiers are known again.
struct ErasureRecord {
  ProfileId profile;
  int stream = 0;
  std::vector<ProfileId> absorbed;  // all that were merged into it
  std::vector<Identifier> identifiers;
  std::vector<Digest> identifier_hashes;  // one each identifier
  // Those that it was one with and was taken apart from: what was published of
  // them meanwhile tells of it.
  std::vector<ProfileId> shared_with = {};
  // As in ProfileRecord.
  std::optional<absl::Time> exits_kept_until;
  std::optional<int64_t> exits_through;
};

// An identifier that was erased, as far as it is known.
struct ErasedIdentifierRecord {
  Digest hash{};
  absl::Time erased_at;
};

struct IdentifierRecord {
  ProfileId profile;
  Identifier identifier;
};

struct EventRecord {
  ProfileId profile;
  Event event;
  // Its row as EventRow() makes it, where that was done before it is stored;
  // empty: it is made then.
  std::string row = {};

  // Whether only something that it said of traits and consents is kept: the
  // event was dropped, or refused as beyond retention. Has no name when read.
  bool is_remnant() const { return event.name.empty(); }
};

// The number of an episode under the profile that it began with.
struct ContinuedEpisode {
  ProfileId profile;
  int64_t episode = 0;

  friend bool operator==(const ContinuedEpisode&,
                         const ContinuedEpisode&) = default;
};

// One stay of a profile in an audience, from the published entry to the
// published exit. Named by (profile, audience, entered_sequence).
struct StayRecord {
  ProfileId profile;
  int stream = 0;
  std::string audience;
  int64_t entered_sequence = 0;
  std::optional<int64_t> left_sequence;  // absent: still in
  Membership membership;                 // as of the last change
  bool existing = false;  // was in before the audience was first published
  // The episodes of other profiles that go on in it.
  std::vector<ContinuedEpisode> continues = {};
  int64_t rule_version = 0;
  absl::Time changed_at;  // commit time of the last change
  bool is_new = false;    // begins with this commit
};

// One published change: a row of the change log.
struct ChangeRecord {
  int stream = 0;
  int64_t sequence = 0;  // gapless within the stream, from 1
  int64_t commit_number = 0;
  ProfileId profile;
  std::string audience;
  Change change;
  int64_t episode = 0;
  bool existing = false;
  int64_t rule_version = 0;
  absl::Time commit_time;
  std::string context;                   // JSON object; empty: none
  std::optional<absl::Time> expires_at;  // by itself; absent: not foreseen
  std::vector<Identifier> identifiers;   // of the profile at the commit
  // Not of an exit: the episodes that go on in this one.
  std::vector<ContinuedEpisode> continues = {};
  // Those that were told before, where they are others now; empty: the same.
  std::vector<Identifier> previous_identifiers = {};
  // As they stood at the commit; empty where the person was erased.
  std::vector<ConsentStanding> consents = {};
};

// Names a subscription: its client, and its name among those of the client.
struct SubscriptionName {
  std::string client;
  std::string name;

  friend auto operator<=>(const SubscriptionName&,
                          const SubscriptionName&) = default;
};

// A consumer of changes whose position is remembered.
struct SubscriptionRecord {
  SubscriptionName name;
  std::vector<std::string> audiences;  // sorted; empty: all
  // That of the instance when the position was given.
  std::string database_id;
  StreamPositions positions{};  // through which changes are acknowledged
  absl::Time created_at;
  absl::Time acknowledged_at;  // when the position last moved
};

// How much of the log can be removed.
struct RemovableChanges {
  StreamPositions through{};  // the last of each stream
  // When the oldest change behind was committed; InfiniteFuture: there is none.
  absl::Time oldest_left_at = absl::InfiniteFuture();
  // The same of those that no subscription waits for.
  absl::Time oldest_unheld_at = absl::InfiniteFuture();
};

// A start of the daemon on this database.
struct DaemonStart {
  std::string id;             // UUID
  int64_t commit_number = 0;  // the last one before it
};

// The one row that tells where the daemon stands.
struct InstanceRecord {
  std::string database_id;  // UUID; another one after a restore
  std::string cursor_key;   // 32 secret bytes that authenticate cursors
  StreamPositions heads{};
  int64_t commit_number = 0;
  absl::Time commit_time = absl::InfinitePast();  // of that commit
  absl::Time evaluated_through = absl::InfinitePast();
  int64_t rule_version = 0;      // 0: none yet
  std::string rule_fingerprint;  // of that version
  // In their order; the last one is the present one.
  std::vector<DaemonStart> starts;
  // Events that occurred before this were dropped, all later ones are there.
  absl::Time events_from = absl::InfinitePast();
  // Remnants of events that are not kept lie at or before this.
  absl::Time remnants_through = absl::InfinitePast();
  // The last change of each stream that was removed from the log; 0: none was.
  StreamPositions log_start{};
  // The profile through which (included) all have moved to that version;
  // absent: all have.
  std::optional<ProfileId> rebuilt_through;
};

// What a name in an event stands for.
enum class NameKind { kEvent, kProperty, kItemProperty, kTrait, kCurrency };

// `event`, `property`, `item_property`, `trait`, `currency`.
std::string_view Name(NameKind kind);

// A name that an event had.
struct SeenNameRecord {
  NameKind kind = NameKind::kEvent;
  std::string name;
};

// Where a version of the rules came from.
enum class RuleSource { kFolder, kApply, kRollback };

// `folder`, `apply`, `rollback`.
std::string_view Name(RuleSource source);

// A version of the rules that was put in force.
struct RuleVersionRecord {
  int64_t version = 0;  // from 1
  std::string fingerprint;
  absl::Time applied_at;
  RuleSource source = RuleSource::kFolder;
  std::string author;  // as the client said; may be empty
  std::string note;    // may be empty
  std::vector<std::pair<std::string, std::string>> files;  // name, text
};

// Everything that one commit makes true together.
struct CommitBatch {
  // That of the instance row plus one; tells whether a commit in doubt
  // happened.
  int64_t commit_number = 0;
  absl::Time commit_time;
  absl::Time evaluated_through;
  std::optional<ProfileId> rebuilt_through;  // as in InstanceRecord
  bool ends_rebuild = false;                 // all have moved with this commit
  StreamPositions heads{};                   // after this commit

  std::vector<ProfileRecord> profiles;         // new ones
  std::vector<IdentifierRecord> identifiers;   // new ones
  std::vector<MergeRecord> merges;             // new ones
  std::vector<UnmergeRecord> unmerges;         // new ones
  std::vector<SeparationRecord> rejoined;      // separations that are over
  std::vector<ErasureRecord> erasures;         // new ones
  std::vector<ProfileId> forgotten_exits;      // of profiles erased before
  std::vector<EventRecord> events;             // new ones
  std::vector<EventRecord> remnants;           // of events that are not kept
  std::vector<FirstEventRecord> first_events;  // of profiles that are not new
  // Where InstanceRecord is to go with this commit; InfinitePast: it stays.
  absl::Time events_from = absl::InfinitePast();
  std::vector<StayRecord> stays;  // new or changed
  std::vector<ChangeRecord> changes;
  // New ones, as far as is known: one that is there already stays.
  std::vector<SeenNameRecord> names;
  std::optional<RuleVersionRecord> rules;  // newly in force
  // Where InstanceRecord::log_start moves from and to, by a removal.
  std::optional<std::pair<StreamPositions, StreamPositions>> removed_changes;
  std::vector<SubscriptionRecord> subscriptions;  // new or moved
  std::vector<SubscriptionName> deleted_subscriptions;
  AccessRecords access;  // of clients

  bool empty() const {
    return profiles.empty() && identifiers.empty() && merges.empty() &&
           unmerges.empty() && rejoined.empty() && erasures.empty() &&
           forgotten_exits.empty() && events.empty() && remnants.empty() &&
           first_events.empty() && events_from == absl::InfinitePast() &&
           stays.empty() && changes.empty() && !rules && !ends_rebuild &&
           !removed_changes && subscriptions.empty() &&
           deleted_subscriptions.empty() && access.empty();
  }
};

// Up to when the remnants reach that `batch` leaves; InfinitePast: none.
absl::Time RemnantsThrough(const CommitBatch& batch);

// Whether no stream of `left` is behind that of `right`.
bool NotBehind(const StreamPositions& left, const StreamPositions& right);

// How many changes lie behind `from` through `to`.
int64_t CountBetween(const StreamPositions& from, const StreamPositions& to);

// The stream of the profile with this permanent key.
int StreamOf(std::string_view profile_key);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_RECORDS_H_
