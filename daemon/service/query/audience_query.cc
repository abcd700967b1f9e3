#include "daemon/service/query/audience_query.h"

#include <algorithm>
#include <string>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/profile_lookup.h"

namespace audienced {
namespace {

v1::Audience DescribeAudience(const Stages& stages, const RulesState& rules,
                              size_t audience, absl::Time through) {
  // In the words of the latest text, which means the same.
  const std::string& name =
      rules.projection->rulebook().audience(audience).name;
  v1::Audience answer =
      ToAudience(*rules.update->rulebook->model().FindAudience(name));
  const Tally tally = stages.pipeline.TallyOf(audience);
  answer.set_member_count(tally.members);
  answer.set_held_out_count(tally.held_out);
  answer.set_rule_version(rules.version);
  if (IsInstant(through)) {
    *answer.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  return answer;
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

}  // namespace audienced
