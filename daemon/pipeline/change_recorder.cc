#include "daemon/pipeline/change_recorder.h"

#include <utility>

#include "rules/engine/consent_standing.h"

namespace audienced {
namespace {

StayRecord ToStay(const Profile& profile, const std::string& audience,
                  const AudienceMembership& membership) {
  StayRecord stay;
  stay.profile = profile.id;
  stay.stream = profile.stream;
  stay.audience = audience;
  stay.entered_sequence = membership.entered_sequence;
  stay.membership = membership.membership;
  stay.existing = membership.existing;
  stay.continues = membership.continues;
  stay.rule_version = membership.rule_version;
  stay.changed_at = ToTime(membership.changed_at);
  return stay;
}

}  // namespace

void ChangeRecorder::Record(StagedProfile& staged, const std::string& audience,
                            AudienceMembership& membership,
                            const Change& change, Instant expires) const {
  const Profile& profile = *staged.profile;
  membership.rule_version = rules.version;
  membership.changed_at = now;
  ChangeRecord row;
  row.stream = profile.stream;
  row.profile = profile.id;
  row.audience = audience;
  row.change = change;
  row.episode = membership.membership.episode;
  row.existing = membership.existing;
  row.rule_version = rules.version;
  row.commit_time = ToTime(now);
  if (change.kind != ChangeKind::kLeft) {
    row.context = membership.membership.context;
  }
  if (expires != Instant::Forever()) row.expires_at = ToTime(expires);
  row.identifiers = profile.identifiers;
  if (change.cause != Cause::kErasure) {
    row.consents = ConsentsAt(rules.projection->rulebook(),
                              profile.history->consents(), now);
  }
  if (change.kind != ChangeKind::kEntered && staged.identifiers_changed &&
      staged.before != nullptr) {
    row.previous_identifiers = staged.before->identifiers;
  }
  if (change.kind != ChangeKind::kLeft) row.continues = membership.continues;
  staged.changes.push_back(
      {std::move(row), ToStay(profile, audience, membership)});
}

void ChangeRecorder::Leave(StagedProfile& staged, const std::string& audience,
                           AudienceMembership& membership, Cause cause) const {
  audienced::Leave(membership.membership, now, cause);
  Record(staged, audience, membership, {ChangeKind::kLeft, cause, now},
         Instant::Forever());
}

void ChangeRecorder::LeaveRetired(StagedProfile& staged, Cause cause) const {
  for (RetiredMembership& each : staged.profile->retired) {
    if (!each.membership.membership.member) continue;
    Leave(staged, each.audience, each.membership, cause);
  }
}

}  // namespace audienced
