#include "daemon/ctl/sync/state/told_member.h"

#include <google/protobuf/util/message_differencer.h>

namespace audienced {

v1::MembershipChange ChangeOf(v1::ChangeKind kind, const v1::Member& member) {
  v1::MembershipChange change;
  change.set_kind(kind);
  change.set_audience(member.audience());
  change.set_profile(member.profile());
  *change.mutable_identifiers() = member.identifiers();
  change.set_episode(member.episode());
  change.set_idempotency_key(member.idempotency_key());
  change.set_rule_version(member.rule_version());
  change.set_existing(member.existing());
  if (kind == v1::CHANGE_KIND_LEFT) return change;
  if (member.has_effective_time()) {
    *change.mutable_effective_time() = member.effective_time();
  }
  if (member.has_commit_time()) {
    *change.mutable_commit_time() = member.commit_time();
  }
  if (member.has_expire_time()) {
    *change.mutable_expire_time() = member.expire_time();
  }
  if (member.has_context()) *change.mutable_context() = member.context();
  return change;
}

bool TellsTheSame(const v1::Member& before, const v1::Member& now) {
  // A score tells how it stood at a change: it is none by itself.
  const auto told = [](const v1::Member& member) {
    v1::Member part;
    part.set_idempotency_key(member.idempotency_key());
    *part.mutable_identifiers() = member.identifiers();
    if (member.has_context()) *part.mutable_context() = member.context();
    part.mutable_context()->clear_scores();
    part.mutable_context()->clear_last_event();
    return part;
  };
  return google::protobuf::util::MessageDifferencer::Equals(told(before),
                                                            told(now));
}

}  // namespace audienced
