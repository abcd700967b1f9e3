// In which order what a commit publishes goes into the log of changes.

#include <algorithm>
#include <utility>

#include "daemon/pipeline/commit_builder.h"

namespace audienced {
namespace {

// Who is not to be addressed any more comes first.
bool IsForPrivacy(const ChangeRecord& change) {
  return change.change.cause == Cause::kErasure ||
         change.change.cause == Cause::kConsent;
}

// A change, and of whom it is; null: of one who is no more.
struct Published {
  RecordedChange* recorded = nullptr;
  Profile* profile = nullptr;
};

// Where its stay has the sequence of the change.
void NumberStay(const ChangeRecord& change, StayRecord& stay) {
  if (change.change.kind == ChangeKind::kEntered) {
    stay.entered_sequence = change.sequence;
    stay.is_new = true;
  } else if (change.change.kind == ChangeKind::kLeft) {
    stay.left_sequence = change.sequence;
  }
}

void NumberMembership(const ChangeRecord& change, Profile& profile) {
  if (change.change.kind != ChangeKind::kEntered) return;
  // Nobody enters an audience that the rules do not have.
  const CompiledRulebook& rulebook = profile.projection->rulebook();
  const auto number =
      static_cast<uint32_t>(rulebook.FindAudience(change.audience));
  MembershipIn(profile, number).entered_sequence = change.sequence;
}

}  // namespace

// The changes by erasure and consent get the lowest sequences of their streams;
// the others keep their order.
void CommitBuilder::NumberChanges() {
  std::vector<Published> published;
  for (RecordedChange& each : gone_changes_) published.push_back({&each});
  for (auto& [id, staged] : staged_) {
    for (RecordedChange& each : staged.changes) {
      published.push_back({&each, staged.profile.get()});
    }
  }
  std::stable_partition(published.begin(), published.end(),
                        [](const Published& each) {
                          return IsForPrivacy(each.recorded->change);
                        });
  for (const auto& [recorded, profile] : published) {
    ChangeRecord& change = recorded->change;
    change.commit_number = rows_.commit_number;
    change.sequence = ++rows_.heads[change.stream];
    for (ErasureRecord& erasure : rows_.erasures) {
      if (erasure.profile != change.profile) continue;
      erasure.exits_through = change.sequence;
    }
    if (profile != nullptr) NumberMembership(change, *profile);
    if (recorded->stay) {
      NumberStay(change, *recorded->stay);
      rows_.stays.push_back(*std::move(recorded->stay));
    }
    rows_.changes.push_back(std::move(change));
  }
}

}  // namespace audienced
