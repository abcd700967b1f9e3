#include "daemon/service/conversion/audience_conversion.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/logging/log.h"
#include "daemon/service/conversion/context_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

std::string ContextNameText(const ContextName& name) {
  switch (name.part) {
    case ContextPart::kItems:
      return "items";
    case ContextPart::kCart:
      return "cart";
    case ContextPart::kValue:
      return "value";
    case ContextPart::kLastEvent:
      return "last_event";
    case ContextPart::kScore:
    case ContextPart::kTrait:
      return name.name;
  }
  return "";
}

void Fill(const ConsentStanding& consent, v1::ConsentState& state) {
  state.set_purpose(consent.purpose);
  state.set_granted(consent.granted);
  if (consent.told_at != Instant::Never()) {
    *state.mutable_told_time() = ToTimestamp(ToTime(consent.told_at));
  }
}

void Fill(const ContinuedEpisode& continued, const std::string& audience,
          v1::ContinuedEpisode& into) {
  into.set_profile(ProfileName(continued.profile));
  into.set_episode(continued.episode);
  into.set_idempotency_key(
      IdempotencyKey(audience, into.profile(), continued.episode));
}

// Sets the context of `message`, a Member or a MembershipChange.
template <typename Message>
void SetContext(const std::string& json, Message& message) {
  std::optional<v1::Context> context = ContextOf(json, message.audience());
  if (context) *message.mutable_context() = *std::move(context);
}

}  // namespace

v1::Audience::Status ToAudienceStatus(AudienceStatus status) {
  switch (status) {
    case AudienceStatus::kLive:
      return v1::Audience::STATUS_LIVE;
    case AudienceStatus::kDraft:
      return v1::Audience::STATUS_DRAFT;
    case AudienceStatus::kPaused:
      return v1::Audience::STATUS_PAUSED;
  }
  return v1::Audience::STATUS_UNSPECIFIED;
}

v1::ChangeKind ToProto(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kEntered:
      return v1::CHANGE_KIND_ENTERED;
    case ChangeKind::kRenewed:
      return v1::CHANGE_KIND_RENEWED;
    case ChangeKind::kUpdated:
      return v1::CHANGE_KIND_UPDATED;
    case ChangeKind::kLeft:
      return v1::CHANGE_KIND_LEFT;
  }
  return v1::CHANGE_KIND_UNSPECIFIED;
}

v1::Cause ToProto(Cause cause) {
  switch (cause) {
    case Cause::kEvent:
      return v1::CAUSE_EVENT;
    case Cause::kTime:
      return v1::CAUSE_TIME;
    case Cause::kLateEvent:
      return v1::CAUSE_LATE_EVENT;
    case Cause::kMerge:
      return v1::CAUSE_MERGE;
    case Cause::kRules:
      return v1::CAUSE_RULES;
    case Cause::kConsent:
      return v1::CAUSE_CONSENT;
    case Cause::kErasure:
      return v1::CAUSE_ERASURE;
    case Cause::kRebuild:
      return v1::CAUSE_REBUILD;
    case Cause::kSize:
      return v1::CAUSE_SIZE;
  }
  return v1::CAUSE_UNSPECIFIED;
}

void FillIdentifier(const Identifier& identifier, v1::Identifier& into) {
  into.set_kind(identifier.kind);
  into.set_value(identifier.value);
}

std::string IdempotencyKey(const std::string& audience,
                           const std::string& profile_name, int64_t episode) {
  std::string key;
  SetIdempotencyKey(audience, profile_name, episode, key);
  return key;
}

void SetIdempotencyKey(const std::string& audience,
                       const std::string& profile_name, int64_t episode,
                       std::string& key) {
  key = audience;
  absl::StrAppend(&key, "/", profile_name, "/", episode);
}

std::optional<v1::Context> ContextOf(const std::string& json,
                                     const std::string& audience) {
  if (json.empty()) return std::nullopt;
  absl::StatusOr<v1::Context> context = ParseContext(json);
  if (context.ok()) return *std::move(context);
  LogError("service", "a stored context cannot be read",
           {{"audience", audience}});
  return std::nullopt;
}

void FillConsents(const std::vector<ConsentStanding>& consents,
                  v1::Member& member) {
  member.clear_consents();
  for (const ConsentStanding& each : consents) {
    Fill(each, *member.add_consents());
  }
}

v1::Member ToMember(const StayRecord& stay) {
  v1::Member member;
  FillMember(stay, member);
  return member;
}

void FillMember(const StayRecord& stay, v1::Member& member) {
  const Membership& membership = stay.membership;
  member.set_audience(stay.audience);
  member.set_profile(ProfileName(stay.profile));
  member.set_episode(membership.episode);
  member.set_idempotency_key(
      IdempotencyKey(stay.audience, member.profile(), membership.episode));
  *member.mutable_entered_time() = ToTimestamp(ToTime(membership.entered_at));
  *member.mutable_effective_time() =
      ToTimestamp(ToTime(membership.effective_at));
  *member.mutable_commit_time() = ToTimestamp(stay.changed_at);
  const absl::Time expires_at = ToTime(membership.announced_flip);
  if (IsInstant(expires_at)) {
    *member.mutable_expire_time() = ToTimestamp(expires_at);
  }
  member.set_existing(stay.existing);
  member.set_rule_version(stay.rule_version);
  SetContext(membership.context, member);
  for (const ContinuedEpisode& each : stay.continues) {
    Fill(each, stay.audience, *member.add_continues());
  }
}

v1::MembershipChange ToChange(const ChangeRecord& record,
                              const IdentifierView& view,
                              const PersonalTraits& traits) {
  v1::MembershipChange change;
  change.set_kind(ToProto(record.change.kind));
  change.set_cause(ToProto(record.change.cause));
  change.set_audience(record.audience);
  change.set_profile(ProfileName(record.profile));
  change.set_episode(record.episode);
  change.set_idempotency_key(
      IdempotencyKey(record.audience, change.profile(), record.episode));
  *change.mutable_effective_time() =
      ToTimestamp(ToTime(record.change.effective_at));
  *change.mutable_commit_time() = ToTimestamp(record.commit_time);
  if (record.expires_at && IsInstant(*record.expires_at)) {
    *change.mutable_expire_time() = ToTimestamp(*record.expires_at);
  }
  change.set_rule_version(record.rule_version);
  change.set_existing(record.existing);
  if (record.change.kind != ChangeKind::kLeft) {
    SetContext(record.context, change);
  }
  for (const ConsentStanding& consent : record.consents) {
    Fill(consent, *change.add_consents());
  }
  view.Tell(record.identifiers, traits, record.consents, change);
  for (const ContinuedEpisode& each : record.continues) {
    Fill(each, record.audience, *change.add_continues());
  }
  view.Fill(record.previous_identifiers,
            *change.mutable_previous_identifiers());
  return change;
}

v1::Audience ToAudience(const Audience& audience) {
  v1::Audience answer;
  answer.set_name(audience.name);
  answer.set_title(audience.title);
  answer.set_description(audience.description);
  answer.set_owner(audience.owner);
  for (const std::string& tag : audience.tags) answer.add_tags(tag);
  answer.set_status(ToAudienceStatus(audience.status));
  for (const Consented& consent : audience.consent) {
    answer.add_consent_purposes(consent.purpose);
  }
  for (const ContextName& name : audience.context) {
    answer.add_context_names(ContextNameText(name));
  }
  if (audience.stay) *answer.mutable_stay() = ToDuration(*audience.stay);
  answer.set_minimum_size(audience.minimum_size);
  answer.set_file(audience.place.file);
  answer.set_line(audience.place.range.begin.line);
  return answer;
}

}  // namespace audienced
