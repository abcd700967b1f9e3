#include "daemon/service/query/change_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/digest/digest.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/audience_query.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

using AudienceNames = google::protobuf::RepeatedPtrField<std::string>;

// Where a subscription goes on. Its audiences may be left out of a request, or
// are repeated there.
absl::StatusOr<Cursor> PositionOf(const Stages& stages,
                                  const SubscriptionRecord& subscription) {
  switch (StateOf(subscription, stages.cursors.database_id(),
                  stages.store.LogStart())) {
    case SubscriptionState::kExpired:
      return CursorExpired();
    case SubscriptionState::kForeign:
      return CursorForeign();
    case SubscriptionState::kActive:
      break;
  }
  Cursor cursor;
  cursor.positions = subscription.positions;
  cursor.audiences = subscription.audiences;
  return cursor;
}

// Equal for those to whom equal changes are told in equal form: what they ask
// for, and what they may see.
std::string ViewKey(const Caller& caller,
                    const std::vector<std::string>& filter,
                    v1::Destination destination) {
  std::string text = absl::StrCat(destination, " ", caller.identifiers());
  const auto add = [&text](const std::vector<std::string>& names) {
    absl::StrAppend(&text, ";");
    for (const std::string& name : names) {
      absl::StrAppend(&text, name.size(), ":", name);
    }
  };
  add(filter);
  add(caller.Has(v1::SCOPE_ADMIN) ? std::vector<std::string>{"*"}
                                  : caller.rights().audience_patterns);
  return std::string(BytesOf(Sha256(text)));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> AudienceFilter(
    const Stages& stages, const Caller& caller, const AudienceNames& names,
    bool may_be_gone) {
  if (names.size() > kAudienceFilterLimit) {
    return WithReason(absl::InvalidArgumentError(absl::StrCat(
                          names.size(), " audiences are given; at most ",
                          kAudienceFilterLimit, " are taken")),
                      v1::ERROR_REASON_BATCH_TOO_LARGE,
                      {{"field", "audiences"},
                       {"found", absl::StrCat(names.size())},
                       {"limit", absl::StrCat(kAudienceFilterLimit)}});
  }
  const RulesState rules = stages.pipeline.rules();
  for (const std::string& name : names) {
    const absl::StatusOr<size_t> found = FindAudience(rules, caller, name);
    if (!found.ok() && !(may_be_gone && caller.MaySee(name))) {
      return found.status();
    }
  }
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  return sorted;
}

absl::StatusOr<ChangeReader> ChangeReader::Open(const Stages& stages,
                                                const Caller& caller,
                                                const AudienceNames& audiences,
                                                const std::string& cursor,
                                                const std::string& subscription,
                                                v1::Destination destination) {
  std::optional<SubscriptionRecord> known;
  AudienceNames names = audiences;
  if (!subscription.empty()) {
    known = stages.pipeline.subscriptions().Find({caller.name(), subscription});
    if (!known) return SubscriptionNotFound(subscription);
    if (names.empty()) {
      names.Assign(known->audiences.begin(), known->audiences.end());
    }
  }
  absl::StatusOr<std::vector<std::string>> filter = AudienceFilter(
      stages, caller, names, /*may_be_gone=*/known || !cursor.empty());
  if (!filter.ok()) return filter.status();
  absl::StatusOr<IdentifierView> view = ViewFor(stages, caller, destination);
  if (!view.ok()) return view.status();
  ChangeReader reader(stages, caller, *std::move(view));
  if (!cursor.empty() || known) {
    absl::StatusOr<Cursor> position = cursor.empty()
                                          ? PositionOf(stages, *known)
                                          : stages.cursors.DecodeCursor(cursor);
    if (!position.ok()) return position.status();
    if (position->audiences != *filter) return CursorFilterMismatch();
    reader.position_ = *std::move(position);
  } else {
    reader.position_.positions = stages.feed.heads();
    reader.position_.audiences = *filter;
  }
  reader.view_key_ = ViewKey(caller, *filter, destination);
  reader.filter_.insert(filter->begin(), filter->end());
  return reader;
}

absl::StatusOr<ChangeReader::Portion> ChangeReader::Next(int limit) {
  const absl::Status ready = Prepare(limit);
  if (!ready.ok()) return ready;
  Portion portion;
  size_t size_bytes = 0;
  while (HasChange() && portion.changes.size() < limit &&
         size_bytes < kAnswerLimitBytes) {
    TakeChange(portion.changes, size_bytes);
  }
  if (!HasChange()) portion.at_head = EndPage();
  return portion;
}

absl::Status ChangeReader::Prepare(int limit) {
  if (!view_.purposes().empty()) {
    const absl::Status required = CheckConsentsRequired(
        stages_->pipeline.rules(), view_, {filter_.begin(), filter_.end()});
    if (!required.ok()) return required;
  }
  return HasChange() ? absl::OkStatus() : ReadPage(limit);
}

bool ChangeReader::EndPage() {
  position_.positions = page_.after;
  page_.commits.clear();
  commit_ = 0;
  return page_.at_head;
}

absl::Status ChangeReader::ReadPage(int limit) {
  absl::StatusOr<ChangeFeed::Page> page =
      stages_->feed.Read(position_.positions, limit);
  if (!page.ok()) return page.status();
  page_ = *std::move(page);
  commit_ = 0;
  change_ = 0;
  if (!view_.uses_traits()) return absl::OkStatus();
  std::vector<ProfileId> profiles;
  for (const ChangeFeed::Due& due : page_.commits) {
    for (const ChangeRecord& change : due.commit->changes) {
      if (page_.IsDue(due, change) && Wanted(change)) {
        profiles.push_back(change.profile);
      }
    }
  }
  std::sort(profiles.begin(), profiles.end());
  profiles.erase(std::unique(profiles.begin(), profiles.end()), profiles.end());
  absl::StatusOr<TraitTable> traits =
      ReadPersonalTraits(*stages_, view_, profiles);
  if (!traits.ok()) return traits.status();
  traits_ = *std::move(traits);
  return absl::OkStatus();
}

std::string ChangeReader::cursor() const {
  Cursor cursor = position_;
  cursor.commit_number = stages_->feed.commit_number();
  return stages_->cursors.Encode(cursor);
}

bool ChangeReader::HasChange() {
  while (commit_ < page_.commits.size()) {
    const std::vector<ChangeRecord>& changes = commit().changes;
    while (change_ < changes.size() && !page_.IsDue(due(), changes[change_])) {
      ++change_;
    }
    if (change_ < changes.size()) return true;
    ++commit_;
    change_ = 0;
    told_ = nullptr;
  }
  return false;
}

// Goes past the change at hand, which HasChange() has found.
void ChangeReader::TakeChange(
    google::protobuf::RepeatedPtrField<v1::MembershipChange>& to,
    size_t& size_bytes) {
  const ChangeRecord& change = commit().changes[change_++];
  int64_t& position = position_.positions[change.stream];
  position = std::max(position, change.sequence);
  if (!Wanted(change)) return;
  v1::MembershipChange& told = *to.Add();
  told = Tell(change);
  size_bytes += told.ByteSizeLong();
}

v1::MembershipChange ChangeReader::Tell(const ChangeRecord& change) const {
  const auto traits = traits_.find(change.profile);
  return ToChange(change, view_,
                  traits == traits_.end() ? PersonalTraits() : traits->second);
}

absl::Status ListChanges(const Stages& stages, const Caller& caller,
                         const v1::ListChangesRequest& request,
                         v1::ListChangesResponse& response) {
  const absl::StatusOr<int> page_size =
      PageSize(request.page_size(), kChangePageDefault, kChangePageLimit);
  if (!page_size.ok()) return page_size.status();
  absl::StatusOr<ChangeReader> reader =
      ChangeReader::Open(stages, caller, request.audiences(), request.cursor(),
                         request.subscription(), request.destination());
  if (!reader.ok()) return reader.status();
  // Before reading: what is read is at least as new.
  const absl::Time through = stages.pipeline.EvaluatedThrough();
  absl::StatusOr<ChangeReader::Portion> portion = reader->Next(*page_size);
  if (!portion.ok()) return portion.status();
  AuditChanges(stages, caller, "AudienceService.ListChanges", 1,
               portion->changes);
  response.mutable_changes()->Swap(&portion->changes);
  response.set_cursor(reader->cursor());
  response.set_more(!portion->at_head);
  if (portion->at_head && IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return absl::OkStatus();
}

}  // namespace audienced
