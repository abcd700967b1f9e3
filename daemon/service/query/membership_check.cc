#include "daemon/service/query/membership_check.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/audience_query.h"
#include "daemon/service/query/destination_people.h"
#include "daemon/service/query/membership_evaluation.h"
#include "daemon/service/query/profile_lookup.h"

namespace audienced {
namespace {

constexpr char kCheckMethod[] = "AudienceService.BatchGetMemberships";
// That many are answered at once.
constexpr int64_t kFewMemberships = 100;

int64_t CountOf(const v1::BatchGetMembershipsRequest& request) {
  return int64_t{request.audiences_size()} * request.profiles_size();
}

absl::Status CheckBatch(const v1::BatchGetMembershipsRequest& request) {
  if (request.audiences().empty() || request.profiles().empty()) {
    const std::string field =
        request.audiences().empty() ? "audiences" : "profiles";
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                        field + " is empty; at least one is wanted");
  }
  const int64_t count = CountOf(request);
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

absl::Status AnswerTooLarge(const std::string& field) {
  return WithReason(
      absl::InvalidArgumentError(absl::StrCat(
          "the answer would have more than ", kMembershipAnswerLimitBytes,
          " bytes; ask for fewer ", field, " at once")),
      v1::ERROR_REASON_BATCH_TOO_LARGE,
      {{"field", field}, {"limit", absl::StrCat(kMembershipAnswerLimitBytes)}});
}

// An audience that is asked about.
struct AskedAudience {
  size_t number = 0;  // in the rules in force
  Tally tally;
};

// One call: what it asks about, and how that stands.
class MembershipCheck {
 public:
  MembershipCheck(const Stages& stages, const Caller& caller,
                  const v1::BatchGetMembershipsRequest& request)
      : stages_(stages),
        request_(request),
        view_(caller),
        rules_(stages.pipeline.rules()),
        evaluated_through_(stages.pipeline.EvaluatedThrough()),
        now_(stages.clock.Now()) {}

  // Finds the audiences and profiles. Fails as the proto says.
  absl::Status Begin(const Caller& caller);

  // Whether there are profiles that memory does not know enough of.
  bool NeedsHistories() const { return needs_histories_; }
  // Reads their histories.
  absl::Status ReadHistories();

  // False: the answer would be larger than clients of gRPC read unless they are
  // told to.
  bool Answer(v1::BatchGetMembershipsResponse& response) const;

 private:
  // A profile that is asked about.
  struct Asked {
    Directory::ProfilePtr profile;  // null: not known
    bool is_evaluated = false;      // else it stands as memory says
  };

  absl::Status FindProfiles();
  // Whether the profile stands as it did when it was evaluated last.
  bool StandsStill(const Profile& profile) const {
    return !request_.include_members() && evaluated_through_ <= now_ &&
           profile.projection != nullptr &&
           ToInstant(now_) < profile.next_change;
  }
  v1::Membership::State StateInMemory(const Profile& profile,
                                      const AskedAudience& asked) const;
  // The bytes of the members that it adds.
  int64_t Evaluate(const Profile& profile,
                   v1::BatchGetMembershipsResponse& response) const;
  v1::Membership& AddAnswer(const AskedAudience& asked,
                            v1::BatchGetMembershipsResponse& response) const {
    v1::Membership& answer = *response.add_memberships();
    answer.set_audience(
        rules_.projection->rulebook().audience(asked.number).name);
    return answer;
  }

  const Stages& stages_;
  const v1::BatchGetMembershipsRequest& request_;
  IdentifierView view_;
  const RulesState rules_;  // before the profiles
  const absl::Time evaluated_through_;
  const absl::Time now_;
  std::vector<AskedAudience> audiences_;
  std::vector<Asked> profiles_;
  bool needs_histories_ = false;
};

absl::Status MembershipCheck::Begin(const Caller& caller) {
  const absl::Status checked = CheckBatch(request_);
  if (!checked.ok()) return checked;
  for (const std::string& name : request_.audiences()) {
    const absl::StatusOr<size_t> number = FindAudience(rules_, caller, name);
    if (!number.ok()) return number.status();
    audiences_.push_back({*number, stages_.pipeline.TallyOf(*number)});
  }
  absl::StatusOr<IdentifierView> view =
      ViewFor(stages_, caller, request_.destination());
  if (!view.ok()) return view.status();
  view_ = *std::move(view);
  const absl::Status required = CheckConsentsRequired(
      rules_, view_,
      {request_.audiences().begin(), request_.audiences().end()});
  return required.ok() ? FindProfiles() : required;
}

absl::Status MembershipCheck::FindProfiles() {
  std::vector<Directory::Reference> references;
  references.reserve(static_cast<size_t>(request_.profiles_size()));
  for (int i = 0; i < request_.profiles_size(); ++i) {
    auto reference = ToReference(request_.profiles(i), "profiles");
    if (!reference.ok()) {  // once more, to say which one
      return ToReference(request_.profiles(i),
                         absl::StrCat("profiles[", i, "]"))
          .status();
    }
    references.push_back(*std::move(reference));
  }
  profiles_.reserve(references.size());
  for (Directory::ProfilePtr& profile :
       stages_.pipeline.directory().FindAll(references)) {
    const bool is_evaluated = profile != nullptr && !StandsStill(*profile);
    // Is on its way from memory while the next ones are looked at.
    if (profile != nullptr) __builtin_prefetch(profile->memberships.data());
    needs_histories_ |= is_evaluated;
    profiles_.push_back({std::move(profile), is_evaluated});
  }
  return absl::OkStatus();
}

absl::Status MembershipCheck::ReadHistories() {
  std::vector<Directory::ProfilePtr> wanted;
  for (const Asked& asked : profiles_) {
    wanted.push_back(asked.is_evaluated ? asked.profile : nullptr);
  }
  const auto read = WithHistories(stages_.store, std::move(wanted),
                                  rules_.projection, rules_.version);
  if (!read.ok()) return read.status();
  for (size_t i = 0; i < profiles_.size(); ++i) {
    if (profiles_[i].is_evaluated) profiles_[i].profile = (*read)[i];
  }
  return absl::OkStatus();
}

bool MembershipCheck::Answer(v1::BatchGetMembershipsResponse& response) const {
  int64_t size_bytes = 0;
  response.mutable_memberships()->Reserve(static_cast<int>(CountOf(request_)));
  for (const Asked& asked : profiles_) {
    if (asked.is_evaluated) {
      size_bytes += Evaluate(*asked.profile, response);
      if (size_bytes > kMembershipAnswerLimitBytes) return false;
      continue;
    }
    const std::string name =
        asked.profile == nullptr ? "" : ProfileName(asked.profile->id);
    for (const AskedAudience& audience : audiences_) {
      v1::Membership& answer = AddAnswer(audience, response);
      answer.set_profile(name);
      answer.set_state(asked.profile == nullptr
                           ? v1::Membership::STATE_UNKNOWN_PROFILE
                           : StateInMemory(*asked.profile, audience));
    }
  }
  *response.mutable_evaluated_through_time() = ToTimestamp(now_);
  return true;
}

v1::Membership::State MembershipCheck::StateInMemory(
    const Profile& profile, const AskedAudience& asked) const {
  const std::optional<size_t> number = NumberFor(rules_, profile, asked.number);
  if (!number) return v1::Membership::STATE_NOT_MEMBER;
  const AudienceMembership* membership =
      FindMembership(profile, static_cast<uint32_t>(*number));
  if (membership == nullptr || membership->counted_as == CountedAs::kNothing) {
    return v1::Membership::STATE_NOT_MEMBER;
  }
  const bool is_held_out = membership->counted_as == CountedAs::kHeldOut;
  return WithheldFor(profile.projection->rulebook().audience(*number),
                     is_held_out, asked.tally)
                 .empty()
             ? v1::Membership::STATE_MEMBER
             : v1::Membership::STATE_WITHHELD;
}

int64_t MembershipCheck::Evaluate(
    const Profile& profile, v1::BatchGetMembershipsResponse& response) const {
  int64_t size_bytes = 0;
  const Instant now = ToInstant(now_);
  MembershipEvaluation evaluation(rules_, profile);
  for (const AskedAudience& asked : audiences_) {
    v1::Membership& answer = AddAnswer(asked, response);
    answer.set_profile(ProfileName(profile.id));
    answer.set_state(v1::Membership::STATE_NOT_MEMBER);
    const std::optional<size_t> number = evaluation.NumberOf(asked.number);
    if (!number) continue;
    const Standing standing = evaluation.evaluation().At(*number, now);
    if (!standing.holds) continue;
    if (!evaluation.Withheld(*number, asked.tally).empty()) {
      answer.set_state(v1::Membership::STATE_WITHHELD);
      continue;
    }
    answer.set_state(v1::Membership::STATE_MEMBER);
    if (request_.include_members()) {
      *answer.mutable_member() =
          evaluation.MemberAt(*number, standing, now, view_);
      size_bytes += static_cast<int64_t>(answer.ByteSizeLong());
    }
  }
  return size_bytes;
}

void AuditChecks(const Stages& stages, const Caller& caller,
                 const v1::BatchGetMembershipsRequest& request) {
  stages.access.audit().Sum(caller, kCheckMethod, request.audiences(),
                            request.profiles_size());
}

}  // namespace

absl::Status BatchGetMemberships(const Stages& stages, const Caller& caller,
                                 const v1::BatchGetMembershipsRequest& request,
                                 v1::BatchGetMembershipsResponse& response) {
  MembershipCheck check(stages, caller, request);
  absl::Status status = check.Begin(caller);
  if (status.ok() && check.NeedsHistories()) status = check.ReadHistories();
  if (!status.ok()) return status;
  if (!check.Answer(response)) {
    response.Clear();
    return AnswerTooLarge(request.profiles_size() > 1 ? "profiles"
                                                      : "audiences");
  }
  AuditChecks(stages, caller, request);
  return status;
}

std::optional<absl::Status> GetMembershipsAtOnce(
    const Stages& stages, const Caller& caller,
    const v1::BatchGetMembershipsRequest& request,
    v1::BatchGetMembershipsResponse& response) {
  if (CountOf(request) > kFewMemberships) return std::nullopt;
  MembershipCheck check(stages, caller, request);
  const absl::Status status = check.Begin(caller);
  if (!status.ok()) return status;
  if (check.NeedsHistories()) return std::nullopt;
  check.Answer(response);
  AuditChecks(stages, caller, request);
  return status;
}

}  // namespace audienced
