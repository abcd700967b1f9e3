#include "daemon/service/query/profile_query.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/ingest/event_message.h"
#include "daemon/ingest/identity/large_profile.h"
#include "daemon/ingest/value_json.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/member_list.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

// Lines of one page of an export; fewer where they are long.
constexpr int kExportLines = 2000;

// Where the page behind `token` begins; the beginning where it is empty.
absl::StatusOr<HeldPosition> PositionOf(const Stages& stages,
                                        const std::string& token,
                                        ProfileId profile, bool is_export) {
  if (token.empty()) return HeldPosition();
  absl::StatusOr<HeldPagePosition> position =
      stages.cursors.DecodeHeldPagePosition(token);
  if (!position.ok() || position->profile != profile ||
      position->is_export != is_export) {
    return InvalidField(v1::ERROR_REASON_INVALID_PAGE_TOKEN, "page_token",
                        "page_token was not given for this profile");
  }
  return std::move(position->position);
}

void FillStays(const std::vector<StayRecord>& stays, v1::Profile& into) {
  for (const StayRecord& record : stays) {
    v1::Stay& stay = *into.add_stays();
    *stay.mutable_member() = ToMember(record);
    if (record.membership.member) continue;
    stay.mutable_member()->clear_expire_time();
    *stay.mutable_left_time() =
        ToTimestamp(ToTime(record.membership.effective_at));
  }
}

void FillState(const HeldState& state, v1::Profile& into) {
  for (const HeldTrait& held : state.traits) {
    v1::HeldTrait& trait = *into.add_traits();
    *trait.mutable_trait() = ToMessage(held.name, held.value);
    *trait.mutable_since_time() = ToTimestamp(held.since);
    if (held.name == kLargeTrait) into.set_large(true);
  }
  for (const HeldConsent& held : state.consents) {
    v1::HeldConsent& consent = *into.add_consents();
    consent.mutable_consent()->set_purpose(held.purpose);
    consent.mutable_consent()->set_state(
        held.granted ? v1::Consent::STATE_GRANTED : v1::Consent::STATE_DENIED);
    *consent.mutable_since_time() = ToTimestamp(held.since);
  }
}

absl::Status FillProfile(const Stages& stages, const IdentifierView& view,
                         const Profile& profile, v1::Profile& into) {
  const std::vector<ProfileId> parts = PartsOf(profile);
  const auto stays = stages.store.ReadStays(parts, kStayLimit);
  if (!stays.ok()) return stays.status();
  const auto state = stages.store.ReadHeldState(parts, stages.clock.Now());
  if (!state.ok()) return state.status();
  into.set_profile(ProfileName(profile.id));
  view.Fill(profile.identifiers, *into.mutable_identifiers());
  for (const ProfileId absorbed : profile.absorbed) {
    into.add_absorbed_profiles(ProfileName(absorbed));
  }
  FillState(*state, into);
  FillStays(*stays, into);
  return absl::OkStatus();
}

v1::StoredEvent ToStoredEvent(const EventRecord& record) {
  v1::StoredEvent stored;
  *stored.mutable_event() = ToMessage(IncomingEvent{{}, record.event});
  stored.set_origin(record.event.origin);
  *stored.mutable_received_time() = ToTimestamp(record.event.received_at);
  stored.set_profile(ProfileName(record.profile));
  return stored;
}

// `json` is an object of the database; the name of the profile goes into it.
std::string LineOf(ProfileId profile, const std::string& json) {
  return absl::StrCat("{\"profile\": \"", ProfileName(profile), "\", ",
                      json.substr(1));
}

void AddIdentifierLines(const Profile& profile,
                        v1::ExportProfileResponse& response) {
  for (const Identifier& identifier : profile.identifiers) {
    Properties line;
    line.Set("profile", Value(ProfileName(profile.id)));
    line.Set("record", Value("identifier"));
    line.Set("kind", Value(identifier.kind));
    line.Set("value", Value(identifier.value));
    response.add_lines(ToJson(line));
  }
}

}  // namespace

absl::Status GetProfile(const Stages& stages, const Caller& caller,
                        const v1::GetProfileRequest& request,
                        v1::GetProfileResponse& response) {
  const absl::StatusOr<int> page_size = PageSize(
      request.page_size(), kStoredEventPageDefault, kStoredEventPageLimit);
  if (!page_size.ok()) return page_size.status();
  const auto found =
      FindKnownProfile(stages.pipeline, request.profile(), "profile");
  if (!found.ok()) return found.status();
  const Profile& profile = **found;
  absl::StatusOr<HeldPosition> position =
      PositionOf(stages, request.page_token(), profile.id, /*is_export=*/false);
  if (!position.ok()) return position.status();
  const absl::Time through = stages.pipeline.EvaluatedThrough();
  absl::Status filled = FillProfile(stages, IdentifierView(caller), profile,
                                    *response.mutable_profile());
  if (!filled.ok()) return filled;
  if (IsInstant(through)) {
    *response.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  // By parts of what was asked for, so that no page is too large to send.
  constexpr int kEventsPerStep = 20;
  std::optional<HeldPosition> next = *std::move(position);
  size_t size_bytes = response.profile().ByteSizeLong();
  while (next && size_bytes < kAnswerLimitBytes &&
         response.events_size() < *page_size) {
    const auto events = stages.store.ReadHeldEvents(
        PartsOf(profile), *next,
        std::min(kEventsPerStep, *page_size - response.events_size()));
    if (!events.ok()) return events.status();
    for (const EventRecord& record : events->events) {
      *response.add_events() = ToStoredEvent(record);
      size_bytes += response.events(response.events_size() - 1).ByteSizeLong();
    }
    next = events->next;
  }
  if (next) {
    response.set_next_page_token(
        stages.cursors.Encode(HeldPagePosition{profile.id, false, *next}));
  }
  AuditPage(stages, caller, "ProfileService.GetProfile", "",
            request.page_token().empty(), response.events_size());
  return absl::OkStatus();
}

absl::Status ExportProfile(const Stages& stages, const Caller& caller,
                           const v1::ExportProfileRequest& request,
                           v1::ExportProfileResponse& response) {
  const auto found =
      FindKnownProfile(stages.pipeline, request.profile(), "profile");
  if (!found.ok()) return found.status();
  const Profile& profile = **found;
  absl::StatusOr<HeldPosition> position =
      PositionOf(stages, request.page_token(), profile.id, /*is_export=*/true);
  if (!position.ok()) return position.status();
  constexpr int kLinesPerStep = 40;
  std::optional<HeldPosition> next = *std::move(position);
  size_t size_bytes = 0;
  if (request.page_token().empty()) AddIdentifierLines(profile, response);
  while (next && size_bytes < kAnswerLimitBytes &&
         response.lines_size() < kExportLines) {
    auto held =
        stages.store.ReadHeldLines(PartsOf(profile), *next, kLinesPerStep);
    if (!held.ok()) return held.status();
    for (const HeldLine& line : held->lines) {
      response.add_lines(LineOf(line.profile, line.json));
      size_bytes += response.lines(response.lines_size() - 1).size();
    }
    next = std::move(held->next);
  }
  if (next) {
    response.set_next_page_token(
        stages.cursors.Encode(HeldPagePosition{profile.id, true, *next}));
  }
  AuditPage(stages, caller, "ProfileService.ExportProfile", "",
            request.page_token().empty(), response.lines_size());
  return absl::OkStatus();
}

}  // namespace audienced
