#include "daemon/service/query/audience_query.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/membership_evaluation.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

v1::Audience DescribeAudience(const Stages& stages, const RulesState& rules,
                              size_t audience, absl::Time through) {
  // In the words of the latest text, which means the same.
  const std::string& name =
      rules.projection->rulebook().audience(audience).name;
  v1::Audience answer =
      ToAudience(*rules.update.rulebook->model().FindAudience(name));
  const Tally tally = stages.pipeline.TallyOf(audience);
  answer.set_member_count(tally.members);
  answer.set_held_out_count(tally.held_out);
  answer.set_rule_version(rules.version);
  if (IsInstant(through)) {
    *answer.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return answer;
}

absl::Status CheckBatch(const v1::BatchGetMembershipsRequest& request) {
  if (request.audiences().empty() || request.profiles().empty()) {
    const std::string field =
        request.audiences().empty() ? "audiences" : "profiles";
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                        field + " is empty; at least one is wanted");
  }
  const int64_t count =
      int64_t{request.audiences_size()} * request.profiles_size();
  const int64_t limit =
      request.include_members() ? kMembershipWithMemberLimit : kMembershipLimit;
  if (count <= limit && request.audiences_size() <= kAudienceFilterLimit) {
    return absl::OkStatus();
  }
  return WithReason(absl::InvalidArgumentError(absl::StrCat(
                        request.audiences_size(), " audiences times ",
                        request.profiles_size(), " profiles are ", count,
                        " memberships; at most ", limit, " are answered")),
                    v1::ERROR_REASON_BATCH_TOO_LARGE,
                    {{"field", "profiles"},
                     {"found", absl::StrCat(count)},
                     {"limit", absl::StrCat(limit)}});
}

// Fills the answers of one profile, one for each of `audiences`.
void AnswerProfile(const Stages& stages, const RulesState& rules,
                   const IdentifierView& view, const Profile& profile,
                   const std::vector<size_t>& audiences, Instant now,
                   bool include_members,
                   v1::BatchGetMembershipsResponse& response) {
  MembershipEvaluation evaluation(rules, profile);
  for (const size_t audience : audiences) {
    v1::Membership& answer = *response.add_memberships();
    answer.set_audience(rules.projection->rulebook().audience(audience).name);
    answer.set_profile(ProfileName(profile.id));
    answer.set_state(v1::Membership::STATE_NOT_MEMBER);
    const std::optional<size_t> number = evaluation.NumberOf(audience);
    if (!number) continue;
    const Standing standing = evaluation.evaluation().At(*number, now);
    if (!standing.holds) continue;
    const Tally tally = stages.pipeline.TallyOf(audience);
    if (!evaluation.Withheld(*number, tally).empty()) {
      answer.set_state(v1::Membership::STATE_WITHHELD);
      continue;
    }
    answer.set_state(v1::Membership::STATE_MEMBER);
    if (include_members) {
      *answer.mutable_member() =
          evaluation.MemberAt(*number, standing, now, view);
    }
  }
}

// One for each that the request names, with their histories; null where there
// is none.
absl::StatusOr<std::vector<Directory::ProfilePtr>> FindProfiles(
    const Stages& stages, const RulesState& rules,
    const v1::BatchGetMembershipsRequest& request) {
  std::vector<Directory::ProfilePtr> found;
  for (int i = 0; i < request.profiles_size(); ++i) {
    absl::StatusOr<Directory::ProfilePtr> profile =
        FindProfile(stages.pipeline.directory(), request.profiles(i),
                    absl::StrCat("profiles[", i, "]"));
    if (!profile.ok()) return profile.status();
    found.push_back(*std::move(profile));
  }
  return WithHistories(stages.store, std::move(found), rules.projection,
                       rules.version);
}

}  // namespace

absl::Status ListAudiences(const Stages& stages, const Caller& caller,
                           const v1::ListAudiencesRequest& request,
                           v1::ListAudiencesResponse& response) {
  const absl::StatusOr<int> page_size =
      PageSize(request.page_size(), kAudiencePageDefault, kAudiencePageLimit);
  if (!page_size.ok()) return page_size.status();
  std::string after;
  if (!request.page_token().empty()) {
    const auto position =
        stages.cursors.DecodeListPosition(request.page_token());
    if (!position.ok()) {
      return InvalidField(v1::ERROR_REASON_INVALID_PAGE_TOKEN, "page_token",
                          "page_token was not given by this daemon");
    }
    after = position->audience;
  }
  const RulesState rules = stages.pipeline.rules();
  const absl::Time through = stages.pipeline.EvaluatedThrough();
  const std::vector<Audience>& audiences =
      rules.projection->rulebook().model().audiences;
  std::vector<size_t> order;
  for (size_t i = 0; i < audiences.size(); ++i) {
    const std::string& name = audiences[i].name;
    if (name > after && caller.MaySee(name)) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    return audiences[left].name < audiences[right].name;
  });
  const size_t count = std::min(order.size(), static_cast<size_t>(*page_size));
  for (size_t i = 0; i < count; ++i) {
    *response.add_audiences() =
        DescribeAudience(stages, rules, order[i], through);
  }
  if (count < order.size()) {
    ListPosition position;
    position.audience = audiences[order[count - 1]].name;
    response.set_next_page_token(stages.cursors.Encode(position));
  }
  response.set_rule_version(rules.version);
  if (IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return absl::OkStatus();
}

absl::Status GetAudience(const Stages& stages, const Caller& caller,
                         const v1::GetAudienceRequest& request,
                         v1::GetAudienceResponse& response) {
  const RulesState rules = stages.pipeline.rules();
  const absl::Time through = stages.pipeline.EvaluatedThrough();
  const absl::StatusOr<size_t> audience =
      FindAudience(rules, caller, request.audience());
  if (!audience.ok()) return audience.status();
  *response.mutable_audience() =
      DescribeAudience(stages, rules, *audience, through);
  if (IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return absl::OkStatus();
}

absl::Status BatchGetMemberships(const Stages& stages, const Caller& caller,
                                 const v1::BatchGetMembershipsRequest& request,
                                 v1::BatchGetMembershipsResponse& response) {
  const absl::Status checked = CheckBatch(request);
  if (!checked.ok()) return checked;
  const RulesState rules = stages.pipeline.rules();
  const absl::Time now = stages.clock.Now();
  std::vector<size_t> audiences;
  for (const std::string& name : request.audiences()) {
    const absl::StatusOr<size_t> audience = FindAudience(rules, caller, name);
    if (!audience.ok()) return audience.status();
    audiences.push_back(*audience);
  }
  const auto view = ViewFor(stages, caller, request.destination());
  if (!view.ok()) return view.status();
  const absl::Status required = CheckConsentsRequired(
      rules, *view, {request.audiences().begin(), request.audiences().end()});
  if (!required.ok()) return required;
  const auto profiles = FindProfiles(stages, rules, request);
  if (!profiles.ok()) return profiles.status();
  for (const Directory::ProfilePtr& profile : *profiles) {
    if (profile != nullptr) {
      AnswerProfile(stages, rules, *view, *profile, audiences, ToInstant(now),
                    request.include_members(), response);
      continue;
    }
    for (const std::string& name : request.audiences()) {
      v1::Membership& answer = *response.add_memberships();
      answer.set_audience(name);
      answer.set_state(v1::Membership::STATE_UNKNOWN_PROFILE);
    }
  }
  *response.mutable_evaluated_through_time() = ToTimestamp(now);
  for (const std::string& name : request.audiences()) {
    stages.access.audit().Sum(caller, "AudienceService.BatchGetMemberships",
                              name, 1, request.profiles_size());
  }
  return absl::OkStatus();
}

}  // namespace audienced
