#include "daemon/ctl/export/net_changes.h"

#include <algorithm>

namespace audienced {

v1::Member MemberOf(const v1::MembershipChange& change) {
  v1::Member member;
  member.set_audience(change.audience());
  member.set_profile(change.profile());
  *member.mutable_identifiers() = change.identifiers();
  member.set_episode(change.episode());
  member.set_idempotency_key(change.idempotency_key());
  if (change.has_effective_time()) {
    *member.mutable_effective_time() = change.effective_time();
  }
  if (change.has_commit_time()) {
    *member.mutable_commit_time() = change.commit_time();
  }
  if (change.kind() == v1::CHANGE_KIND_ENTERED) {
    *member.mutable_entered_time() = change.effective_time();
  }
  if (change.has_expire_time()) {
    *member.mutable_expire_time() = change.expire_time();
  }
  member.set_existing(change.existing());
  member.set_rule_version(change.rule_version());
  *member.mutable_consents() = change.consents();
  *member.mutable_omitted_identifiers() = change.omitted_identifiers();
  if (change.has_context()) *member.mutable_context() = change.context();
  return member;
}

void NetChanges::Take(const v1::MembershipChange& change) {
  Standing& standing = profiles_[change.profile()];
  v1::Member member = MemberOf(change);
  // Later changes of a stay do not say when it began.
  if (standing.is_in && !member.has_entered_time() &&
      standing.member.has_entered_time()) {
    *member.mutable_entered_time() = standing.member.entered_time();
  }
  standing.member = std::move(member);
  standing.is_in = change.kind() != v1::CHANGE_KIND_LEFT;
  for (const v1::Identifier& one : change.previous_identifiers()) {
    standing.told.emplace(one.kind(), one.value());
  }
  for (const v1::Identifier& one : change.identifiers()) {
    standing.told.emplace(one.kind(), one.value());
  }
}

std::vector<v1::Member> NetChanges::Removed(bool by_identifier) const {
  std::vector<v1::Member> removed;
  for (const std::string& profile : InOrder()) {
    const Standing& standing = profiles_.at(profile);
    Told gone = standing.told;
    if (standing.is_in && !by_identifier) continue;
    if (standing.is_in) {
      for (const v1::Identifier& one : standing.member.identifiers()) {
        gone.erase({one.kind(), one.value()});
      }
      if (gone.empty()) continue;
    }
    v1::Member member = standing.member;
    member.clear_identifiers();
    member.clear_context();
    for (const auto& [kind, value] : gone) {
      v1::Identifier& one = *member.add_identifiers();
      one.set_kind(kind);
      one.set_value(value);
    }
    removed.push_back(std::move(member));
  }
  return removed;
}

std::vector<v1::Member> NetChanges::Added() const {
  std::vector<v1::Member> added;
  for (const std::string& profile : InOrder()) {
    const Standing& standing = profiles_.at(profile);
    if (standing.is_in) added.push_back(standing.member);
  }
  return added;
}

std::vector<std::string> NetChanges::InOrder() const {
  std::vector<std::string> names;
  names.reserve(profiles_.size());
  for (const auto& [name, standing] : profiles_) names.push_back(name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace audienced
