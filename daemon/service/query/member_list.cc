#include "daemon/service/query/member_list.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/query/membership_evaluation.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

// A page that needs evaluation is handed over, as full as it is, after so many
// histories or so long.
constexpr int64_t kProfilesPerScan = 1000;
constexpr absl::Duration kEvaluationTime = absl::Seconds(1);
// Traits are read for so many at a time: a page may be cut before its end.
constexpr size_t kProfilesPerLook = 256;

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
  if (position->audience != request.audience() || !is_of_same_time) {
    return InvalidToken(
        "page_token belongs to another list; repeat the fields of the first "
        "call");
  }
  return position;
}

// Of the stays from `begin` on, as many as are looked at together.
std::vector<ProfileId> ProfilesOf(const std::vector<StayRecord>& stays,
                                  size_t begin) {
  std::vector<ProfileId> profiles;
  const size_t end = std::min(begin + kProfilesPerLook, stays.size());
  for (size_t i = begin; i < end; ++i) profiles.push_back(stays[i].profile);
  return profiles;
}

// Tells of a member, whose stay is there, who it is and what they agree to.
void TellPerson(const Stages& stages, const IdentifierView& view, ProfileId id,
                const TraitTable& traits, v1::Member& member) {
  const Directory::ProfilePtr profile = stages.pipeline.directory().Find(id);
  if (profile == nullptr) return view.HideTraits(member);
  FillConsents(ConsentsAt(profile->projection->rulebook(), profile->consents,
                          ToInstant(stages.clock.Now())),
               member);
  const auto found = traits.find(id);
  view.Tell(profile->identifiers,
            found == traits.end() ? PersonalTraits() : found->second, member);
}

absl::Status FillPublished(const Stages& stages, const IdentifierView& view,
                           ListPosition position, int page_size,
                           v1::ListMembersResponse& response) {
  const absl::StatusOr<std::vector<StayRecord>> stays =
      stages.store.ListMembers(position.audience, position.heads,
                               position.after, page_size);
  if (!stays.ok()) return stays.status();
  // After reading: who left long ago may have been removed in the meantime.
  const absl::Status kept = CheckHeads(stages, position.heads);
  if (!kept.ok()) return kept;
  response.set_cursor(stages.cursors.Encode(
      Cursor{position.heads, {position.audience}, position.commit_number}));
  size_t size_bytes = 0;
  size_t taken = 0;
  TraitTable traits;
  for (; taken < stays->size() && size_bytes < kAnswerLimitBytes; ++taken) {
    if (taken % kProfilesPerLook == 0) {
      auto read = ReadPersonalTraits(stages, view, ProfilesOf(*stays, taken));
      if (!read.ok()) return read.status();
      traits = *std::move(read);
    }
    const StayRecord& stay = (*stays)[taken];
    v1::Member& member = *response.add_members();
    member = ToMember(stay);
    TellPerson(stages, view, stay.profile, traits, member);
    size_bytes += response.members(response.members_size() - 1).ByteSizeLong();
    position.after = stay.profile;
  }
  if (taken < stays->size() || static_cast<int>(taken) == page_size) {
    response.set_next_page_token(stages.cursors.Encode(position));
  }
  return absl::OkStatus();
}

// The members at a past instant, from position.after on.
absl::Status FillEvaluated(const Stages& stages, const RulesState& rules,
                           const IdentifierView& view, size_t audience,
                           ListPosition position, int page_size,
                           v1::ListMembersResponse& response) {
  const Instant at = ToInstant(*position.as_of);
  const absl::Time give_up = absl::Now() + kEvaluationTime;
  size_t size_bytes = 0;
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
      *response.add_members() =
          evaluation.MemberAt(*number, standing, at, view);
      size_bytes +=
          response.members(response.members_size() - 1).ByteSizeLong();
      if (response.members_size() >= page_size ||
          size_bytes >= kAnswerLimitBytes) {
        response.set_next_page_token(stages.cursors.Encode(position));
        return absl::OkStatus();
      }
    }
  }
  response.set_next_page_token(stages.cursors.Encode(position));
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
                                v1::ListMembersResponse& response) {
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
  response.set_rule_version(rules.version);
  const Audience& model = rules.projection->rulebook().audience(*audience);
  if (request.preview()) {
    // Nothing is withheld.
  } else if (model.status == AudienceStatus::kDraft) {
    response.set_withholding(v1::ListMembersResponse::WITHHOLDING_DRAFT);
  } else if (!stages.pipeline.TallyOf(*audience).open) {
    response.set_withholding(v1::ListMembersResponse::WITHHOLDING_MINIMUM_SIZE);
  }
  if (position->as_of) {
    *response.mutable_evaluated_through_time() = ToTimestamp(*position->as_of);
    if (response.withholding() ==
        v1::ListMembersResponse::WITHHOLDING_UNSPECIFIED) {
      return FillEvaluated(stages, rules, *view, *audience, *position,
                           *page_size, response);
    }
    return absl::OkStatus();
  }
  if (rules.rebuild) *response.mutable_rebuild() = ToProgress(*rules.rebuild);
  if (IsInstant(position->evaluated_through)) {
    *response.mutable_evaluated_through_time() =
        ToTimestamp(position->evaluated_through);
  }
  return FillPublished(stages, *view, *position, *page_size, response);
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
                         v1::ListMembersResponse& response) {
  const absl::Status status =
      ListVisibleMembers(stages, caller, request, response);
  if (status.ok()) {
    AuditPage(stages, caller, "AudienceService.ListMembers", request.audience(),
              request.page_token().empty(), response.members_size());
  }
  return status;
}

}  // namespace audienced
