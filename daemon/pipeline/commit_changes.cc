// What of a commit goes into the log of changes, and in which order.

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "daemon/pipeline/commit_builder.h"

namespace audienced {
namespace {

// Who is not to be addressed any more comes first.
bool IsForPrivacy(const ChangeRecord& change) {
  return change.change.cause == Cause::kErasure ||
         change.change.cause == Cause::kConsent;
}

// A change by the stream and sequence that it had.
using StreamSequence = std::pair<int, int64_t>;

}  // namespace

// Publishes that the profile leaves the audiences that are no more.
void CommitBuilder::LeaveRetired(Staged& staged) {
  for (RetiredMembership& each : staged.profile->retired) {
    if (!each.membership.membership.member) continue;
    Leave(staged, each.audience, each.membership, Cause::kRules);
  }
}

void CommitBuilder::Leave(Staged& staged, const std::string& audience,
                          AudienceMembership& membership, Cause cause) {
  audienced::Leave(membership.membership, now_, cause);
  Record(staged, audience, membership, {ChangeKind::kLeft, cause, now_},
         Instant::Forever());
}

void CommitBuilder::Record(Staged& staged, const std::string& audience,
                           AudienceMembership& membership, const Change& change,
                           Instant expires) {
  const Profile& profile = *staged.profile;
  const int64_t sequence = ++rows_.heads[profile.stream];
  if (change.kind == ChangeKind::kEntered) {
    membership.entered_sequence = sequence;
  }
  membership.rule_version = rules_.version;
  membership.changed_at = ToInstant(rows_.commit_time);
  ChangeRecord row;
  row.stream = profile.stream;
  row.sequence = sequence;
  row.commit_number = rows_.commit_number;
  row.profile = profile.id;
  row.audience = audience;
  row.change = change;
  row.episode = membership.membership.episode;
  row.existing = membership.existing;
  row.rule_version = rules_.version;
  row.commit_time = rows_.commit_time;
  if (change.kind != ChangeKind::kLeft) {
    row.context = membership.membership.context;
  }
  if (expires != Instant::Forever()) row.expires_at = ToTime(expires);
  row.identifiers = profile.identifiers;
  if (change.cause != Cause::kErasure) {
    row.consents =
        ConsentsAt(projection_->rulebook(), profile.history->consents(), now_);
  }
  if (change.kind == ChangeKind::kUpdated && staged.identifiers_changed) {
    row.previous_identifiers = staged.told;
  }
  if (change.kind == ChangeKind::kEntered) row.continues = membership.continues;
  rows_.changes.push_back(std::move(row));

  StayRecord stay;
  stay.profile = profile.id;
  stay.stream = profile.stream;
  stay.audience = audience;
  stay.entered_sequence = membership.entered_sequence;
  if (change.kind == ChangeKind::kLeft) stay.left_sequence = sequence;
  stay.membership = membership.membership;
  stay.existing = membership.existing;
  stay.continues = membership.continues;
  stay.rule_version = rules_.version;
  stay.changed_at = rows_.commit_time;
  stay.is_new = change.kind == ChangeKind::kEntered;
  rows_.stays.push_back(std::move(stay));
}

// Gives the changes by erasure and consent the lowest sequences of their
// streams. The others keep their order.
void CommitBuilder::PutPrivacyFirst() {
  std::vector<ChangeRecord>& changes = rows_.changes;
  const auto first_other =
      std::find_if_not(changes.begin(), changes.end(), IsForPrivacy);
  if (std::none_of(first_other, changes.end(), IsForPrivacy)) return;
  StreamPositions next = rows_.heads;
  for (const ChangeRecord& change : changes) --next[change.stream];
  std::stable_partition(changes.begin(), changes.end(), IsForPrivacy);
  absl::flat_hash_map<StreamSequence, int64_t> moved;
  for (ChangeRecord& change : changes) {
    const int64_t sequence = ++next[change.stream];
    moved[{change.stream, change.sequence}] = sequence;
    change.sequence = sequence;
  }
  const auto renumber = [&](int stream, int64_t& sequence) {
    const auto found = moved.find({stream, sequence});
    if (found != moved.end()) sequence = found->second;
  };
  for (StayRecord& stay : rows_.stays) {
    renumber(stay.stream, stay.entered_sequence);
    if (stay.left_sequence) renumber(stay.stream, *stay.left_sequence);
  }
  for (auto& [id, staged] : staged_) {
    for (AudienceMembership& each : staged.profile->memberships) {
      renumber(staged.profile->stream, each.entered_sequence);
    }
  }
}

}  // namespace audienced
