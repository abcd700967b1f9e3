#include "daemon/service/query/profile_lookup.h"

#include <string_view>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/event_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/source/spelling.h"

namespace audienced {

absl::StatusOr<size_t> FindAudience(const RulesState& rules,
                                    const std::string& name) {
  return FindAudience(rules.projection->rulebook(), name);
}

absl::StatusOr<size_t> FindAudience(const CompiledRulebook& rulebook,
                                    const std::string& name) {
  if (name.empty()) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "audience",
                        "the name of the audience is missing");
  }
  const int found = rulebook.FindAudience(name);
  if (found >= 0) return static_cast<size_t>(found);
  std::vector<std::string_view> names;
  for (const Audience& audience : rulebook.model().audiences) {
    names.push_back(audience.name);
  }
  return AudienceNotFound(name, std::string(NearestName(name, names)));
}

absl::StatusOr<Directory::ProfilePtr> FindProfile(
    const Directory& directory, const v1::ProfileReference& reference,
    const std::string& field) {
  switch (reference.reference_case()) {
    case v1::ProfileReference::kProfile: {
      const std::optional<ProfileId> id = ParseProfileName(reference.profile());
      return id ? directory.Find(*id) : nullptr;
    }
    case v1::ProfileReference::kIdentifier: {
      const v1::Identifier& identifier = reference.identifier();
      const absl::Status form =
          CheckIdentifier(identifier, field + ".identifier");
      if (!form.ok()) return form;
      return directory.Find(Identifier{identifier.kind(), identifier.value()});
    }
    case v1::ProfileReference::REFERENCE_NOT_SET:
      break;
  }
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                      "no profile is named; say profile or identifier");
}

absl::StatusOr<Directory::ProfilePtr> FindWithHistory(
    const Stages& stages, const RulesState& rules,
    const v1::ProfileReference& reference, const std::string& field) {
  absl::StatusOr<Directory::ProfilePtr> profile =
      FindProfile(stages.pipeline.directory(), reference, field);
  if (!profile.ok() || *profile == nullptr) return profile;
  auto ready = WithHistories(stages.store, {*std::move(profile)},
                             rules.projection, rules.version);
  if (!ready.ok()) return ready.status();
  return ready->front();
}

absl::StatusOr<absl::Time> CheckAsOfTime(
    const google::protobuf::Timestamp& timestamp, absl::Time now) {
  const std::optional<absl::Time> time = ToTime(timestamp);
  if (!time) {
    return InvalidField(v1::ERROR_REASON_INVALID_TIME, "as_of_time",
                        "as_of_time is no time of the years 1970 to 9999");
  }
  if (*time > now) {
    return InvalidField(v1::ERROR_REASON_INVALID_TIME, "as_of_time",
                        "as_of_time lies after the daemon's clock");
  }
  return *time;
}

}  // namespace audienced
