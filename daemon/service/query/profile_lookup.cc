#include "daemon/service/query/profile_lookup.h"

#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/event_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/language/duration_text.h"
#include "rules/source/spelling.h"

namespace audienced {

absl::StatusOr<size_t> FindAudience(const RulesState& rules,
                                    const Caller& caller,
                                    const std::string& name) {
  return FindAudience(rules.projection->rulebook(), caller, name);
}

absl::StatusOr<size_t> FindAudience(const CompiledRulebook& rulebook,
                                    const Caller& caller,
                                    const std::string& name) {
  if (name.empty()) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "audience",
                        "the name of the audience is missing");
  }
  const int found = rulebook.FindAudience(name);
  if (found >= 0 && caller.MaySee(name)) return static_cast<size_t>(found);
  std::vector<std::string_view> names;
  for (const Audience& audience : rulebook.model().audiences) {
    if (caller.MaySee(audience.name)) names.push_back(audience.name);
  }
  return AudienceNotFound(name, std::string(NearestName(name, names)));
}

absl::StatusOr<Directory::Reference> ToReference(
    const v1::ProfileReference& reference, const std::string& field) {
  switch (reference.reference_case()) {
    case v1::ProfileReference::kProfile:
      return ParseProfileName(reference.profile()).value_or(ProfileId{0});
    case v1::ProfileReference::kIdentifier: {
      const v1::Identifier& identifier = reference.identifier();
      const absl::Status form =
          CheckIdentifier(identifier, field + ".identifier");
      if (!form.ok()) return form;
      return Identifier{identifier.kind(), identifier.value()};
    }
    case v1::ProfileReference::REFERENCE_NOT_SET:
      break;
  }
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                      "no profile is named; say profile or identifier");
}

absl::StatusOr<Directory::ProfilePtr> FindProfile(
    const Directory& directory, const v1::ProfileReference& reference,
    const std::string& field) {
  const auto asked = ToReference(reference, field);
  if (!asked.ok()) return asked.status();
  return std::visit([&](const auto& by) { return directory.Find(by); }, *asked);
}

absl::StatusOr<Directory::ProfilePtr> FindWithHistory(
    const Stages& stages, const RulesState& rules,
    const v1::ProfileReference& reference, const std::string& field) {
  absl::StatusOr<Directory::ProfilePtr> profile =
      FindProfile(stages.pipeline.directory(), reference, field);
  if (!profile.ok() || *profile == nullptr) return profile;
  auto ready = WithHistories(stages.store, {*std::move(profile)},
                             rules.projection, rules.version, EventIds::kKept);
  if (!ready.ok()) return ready.status();
  return ready->front();
}

absl::Time ToldFrom(const Store& store, const CompiledRulebook& rulebook) {
  const Instant events_from = store.events_from();
  const absl::Duration span = rulebook.history_span();
  return events_from == Instant::Never() || span == absl::InfiniteDuration()
             ? absl::InfinitePast()
             : ToTime(events_from) + span;
}

absl::StatusOr<Directory::ProfilePtr> FindKnownProfile(
    const Pipeline& pipeline, const v1::ProfileReference& reference,
    const std::string& field) {
  absl::StatusOr<Directory::ProfilePtr> profile =
      FindProfile(pipeline.directory(), reference, field);
  if (!profile.ok() || *profile != nullptr) return profile;
  return ErasedAt(pipeline.erasures(), reference) ? ProfileErased()
                                                  : ProfileNotFound();
}

std::optional<absl::Time> ErasedAt(const ErasureRegistry& erasures,
                                   const v1::ProfileReference& reference) {
  if (reference.has_identifier()) {
    return erasures.ErasedAt(Identifier{reference.identifier().kind(),
                                        reference.identifier().value()});
  }
  const std::optional<ProfileId> id = ParseProfileName(reference.profile());
  return id ? erasures.ErasedAt(*id) : std::nullopt;
}

ProfileId NamedBefore(const Directory& directory,
                      const v1::ProfileReference& reference) {
  if (reference.has_identifier()) {
    const auto place = directory.FindPlace(Identifier{
        reference.identifier().kind(), reference.identifier().value()});
    return place ? place->stored : ProfileId{0};
  }
  return ParseProfileName(reference.profile()).value_or(ProfileId{0});
}

absl::StatusOr<absl::Time> CheckAsOfTime(
    const google::protobuf::Timestamp& timestamp, const Stages& stages) {
  const std::optional<absl::Time> time = ToTime(timestamp);
  if (!time) {
    return InvalidField(v1::ERROR_REASON_INVALID_TIME, "as_of_time",
                        "as_of_time is no time of the years 1970 to 9999");
  }
  if (*time > stages.clock.Now()) {
    return InvalidField(v1::ERROR_REASON_INVALID_TIME, "as_of_time",
                        "as_of_time lies after the daemon's clock");
  }
  const absl::Time told_from =
      ToldFrom(stages.store, stages.pipeline.rules().projection->rulebook());
  if (*time < told_from) {
    return InvalidField(v1::ERROR_REASON_INVALID_TIME, "as_of_time",
                        absl::StrCat("as_of_time lies before what events are "
                                     "kept for, ",
                                     TimestampText(told_from)));
  }
  return *time;
}

}  // namespace audienced
