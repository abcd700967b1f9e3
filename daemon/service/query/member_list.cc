#include "daemon/service/query/member_list.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/query/member_page.h"
#include "daemon/service/query/member_teller.h"
#include "daemon/service/query/membership_evaluation.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/published_members.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

// A page that needs evaluation is handed over, as full as it is, after so many
// histories or so long.
constexpr int64_t kProfilesPerScan = 1000;
constexpr absl::Duration kEvaluationTime = absl::Seconds(1);
// Traits are read for so many at a time: a page may be cut before its end.
constexpr int kProfilesPerLook = 256;
// What most members of an answer take at most; and the last one, that goes over
// the limit, together with what the answer has beside its members.
constexpr size_t kMemberBytes = 192;
constexpr size_t kRestBytes = 16 << 10;

absl::Status InvalidToken(const std::string& message) {
  return InvalidField(v1::ERROR_REASON_INVALID_PAGE_TOKEN, "page_token",
                      message);
}

absl::Status TokenExpired() {
  return WithReason(
      absl::OutOfRangeError("the state that the pages show is no longer kept; "
                            "list from the start"),
      v1::ERROR_REASON_PAGE_TOKEN_EXPIRED);
}

// Whether the store can still tell the members as of `heads`.
absl::Status CheckHeads(const Stages& stages, const StreamPositions& heads) {
  const StreamPositions now = stages.feed.heads();
  return NotBehind(now, heads) && NotBehind(heads, stages.store.LogStart())
             ? absl::OkStatus()
             : TokenExpired();
}

// Where the page of `request` begins.
absl::StatusOr<ListPosition> PositionOf(
    const Stages& stages, const v1::ListMembersRequest& request,
    const std::optional<absl::Time>& as_of) {
  if (request.page_token().empty()) {
    ListPosition first;
    first.audience = request.audience();
    first.destination = request.destination();
    // Before the heads: the state that is listed is at least as new.
    first.evaluated_through = stages.pipeline.EvaluatedThrough();
    first.heads = stages.feed.heads();
    first.commit_number = stages.feed.commit_number();
    first.as_of = as_of;
    if (request.preview() && !as_of) first.as_of = stages.clock.Now();
    return first;
  }
  absl::StatusOr<ListPosition> position =
      stages.cursors.DecodeListPosition(request.page_token());
  if (absl::IsOutOfRange(position.status())) return TokenExpired();
  if (!position.ok()) {
    return InvalidToken("page_token was not given by this daemon");
  }
  const bool is_of_same_time = request.preview() && !as_of
                                   ? position->as_of.has_value()
                                   : position->as_of == as_of;
  if (position->audience != request.audience() || !is_of_same_time ||
      position->destination != request.destination()) {
    return InvalidToken(
        "page_token belongs to another list; repeat the fields of the first "
        "call");
  }
  return position;
}

absl::StatusOr<TraitTable> TraitsOf(
    const Stages& stages, const IdentifierView& view,
    const std::vector<PublishedMember>& members) {
  if (!view.uses_traits()) return TraitTable();
  std::vector<ProfileId> profiles;
  for (const PublishedMember& each : members) {
    profiles.push_back(each.id);
  }
  return ReadPersonalTraits(stages, view, profiles);
}

// `member_count`: how many there are, about.
absl::Status FillPublished(const Stages& stages, const IdentifierView& view,
                           int64_t member_count, const ListPosition& begin,
                           int page_size, MemberPage& page) {
  page.rest().set_cursor(stages.cursors.Encode(
      Cursor{begin.heads, {begin.audience}, begin.commit_number}));
  const auto expected =
      static_cast<size_t>(std::clamp<int64_t>(member_count, 0, page_size));
  page.Reserve(std::min(expected * kMemberBytes, kAnswerLimitBytes) +
               kRestBytes);
  MemberTeller teller(view, begin.audience, ToInstant(stages.clock.Now()));
  ListPosition position = begin;
  PublishedMembers list(stages, begin, member_count);
  const auto is_full = [&] {
    return page.size() == page_size || page.size_bytes() >= kAnswerLimitBytes;
  };
  while (!is_full()) {
    const int rest = page_size - page.size();
    const auto members =
        list.Next(view.uses_traits() ? std::min(rest, kProfilesPerLook) : rest);
    if (!members.ok()) return members.status();
    // After reading: who left long ago may have been removed in the meantime.
    const absl::Status kept = CheckHeads(stages, begin.heads);
    if (!kept.ok()) return kept;
    if (members->empty()) return absl::OkStatus();
    const auto traits = TraitsOf(stages, view, *members);
    if (!traits.ok()) return traits.status();
    for (const PublishedMember& each : *members) {
      if (is_full()) break;
      teller.Tell(each, *traits, page);
      position.after = each.id;
    }
  }
  page.rest().set_next_page_token(stages.cursors.Encode(position));
  return absl::OkStatus();
}

// The members at a past instant, from position.after on.
absl::Status FillEvaluated(const Stages& stages, const RulesState& rules,
                           const IdentifierView& view, size_t audience,
                           ListPosition position, int page_size,
                           MemberPage& page) {
  const Instant at = ToInstant(*position.as_of);
  const absl::Time give_up = absl::Now() + kEvaluationTime;
  while (absl::Now() < give_up) {
    const absl::StatusOr<std::vector<Directory::ProfilePtr>> profiles =
        WithHistories(
            stages.store,
            stages.pipeline.directory().Range(position.after, kProfilesPerScan),
            rules.projection, rules.version);
    if (!profiles.ok()) return profiles.status();
    if (profiles->empty()) return absl::OkStatus();
    for (const Directory::ProfilePtr& profile : *profiles) {
      position.after = profile->id;
      MembershipEvaluation evaluation(rules, *profile);
      const std::optional<size_t> number = evaluation.NumberOf(audience);
      if (!number || evaluation.evaluation().HeldOut(*number)) continue;
      const Standing standing = evaluation.evaluation().At(*number, at);
      if (!standing.holds) continue;
      page.Add(evaluation.MemberAt(*number, standing, at, view));
      if (page.size() >= page_size || page.size_bytes() >= kAnswerLimitBytes) {
        page.rest().set_next_page_token(stages.cursors.Encode(position));
        return absl::OkStatus();
      }
    }
  }
  page.rest().set_next_page_token(stages.cursors.Encode(position));
  return absl::OkStatus();
}

// How the members are told.
absl::StatusOr<IdentifierView> MemberView(
    const Stages& stages, const Caller& caller, const RulesState& rules,
    const v1::ListMembersRequest& request) {
  absl::StatusOr<IdentifierView> view =
      ViewFor(stages, caller, request.destination());
  if (!view.ok()) return view.status();
  if (request.preview() && view->destination() != Destination::kRaw) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "destination",
                        "a preview is for those who edit rules and has no "
                        "destination");
  }
  absl::Status required =
      CheckConsentsRequired(rules, *view, {request.audience()});
  if (!required.ok()) return required;
  return view;
}

absl::Status ListVisibleMembers(const Stages& stages, const Caller& caller,
                                const v1::ListMembersRequest& request,
                                MemberPage& page) {
  const absl::StatusOr<int> page_size =
      PageSize(request.page_size(), kMemberPageDefault, kMemberPageLimit);
  if (!page_size.ok()) return page_size.status();
  const auto as_of = AsOfTime(request, stages);
  if (!as_of.ok()) return as_of.status();
  if (request.preview() && !caller.Has(v1::SCOPE_RULES)) {
    return ScopeMissing(caller, v1::SCOPE_RULES, "a preview of members");
  }
  const RulesState rules = stages.pipeline.rules();
  const absl::StatusOr<size_t> audience =
      FindAudience(rules, caller, request.audience());
  if (!audience.ok()) return audience.status();
  const auto view = MemberView(stages, caller, rules, request);
  if (!view.ok()) return view.status();

  const auto position = PositionOf(stages, request, *as_of);
  if (!position.ok()) return position.status();
  v1::ListMembersResponse& rest = page.rest();
  rest.set_rule_version(rules.version);
  const Audience& model = rules.projection->rulebook().audience(*audience);
  if (request.preview()) {
    // Nothing is withheld.
  } else if (model.status == AudienceStatus::kDraft) {
    rest.set_withholding(v1::ListMembersResponse::WITHHOLDING_DRAFT);
  } else if (!stages.pipeline.TallyOf(*audience).open) {
    rest.set_withholding(v1::ListMembersResponse::WITHHOLDING_MINIMUM_SIZE);
  }
  if (position->as_of) {
    *rest.mutable_evaluated_through_time() = ToTimestamp(*position->as_of);
    if (rest.withholding() ==
        v1::ListMembersResponse::WITHHOLDING_UNSPECIFIED) {
      return FillEvaluated(stages, rules, *view, *audience, *position,
                           *page_size, page);
    }
    return absl::OkStatus();
  }
  if (rules.rebuild) *rest.mutable_rebuild() = ToProgress(*rules.rebuild);
  if (IsInstant(position->evaluated_through)) {
    *rest.mutable_evaluated_through_time() =
        ToTimestamp(position->evaluated_through);
  }
  return FillPublished(stages, *view,
                       stages.pipeline.TallyOf(*audience).published, *position,
                       *page_size, page);
}

}  // namespace

absl::StatusOr<int> PageSize(int page_size, int default_size, int limit) {
  if (page_size < 0) {
    return InvalidField(
        v1::ERROR_REASON_INVALID_REQUEST, "page_size",
        absl::StrCat("page_size is ", page_size, "; 0 or more is wanted"));
  }
  return page_size == 0 ? default_size : std::min(page_size, limit);
}

absl::Status ListMembers(const Stages& stages, const Caller& caller,
                         const v1::ListMembersRequest& request,
                         MemberPage& page) {
  const absl::Status status = ListVisibleMembers(stages, caller, request, page);
  if (status.ok()) {
    AuditPage(stages, caller, "AudienceService.ListMembers", request.audience(),
              request.page_token().empty(), page.size());
  }
  return status;
}

}  // namespace audienced
