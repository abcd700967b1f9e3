#include "daemon/service/query/destination_people.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/destination/consent_needs.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

// Histories that are in memory at once beside those that are there anyway.
constexpr size_t kHistoriesPerStep = 256;

absl::Status ConsentNotRequired(const Audience& audience,
                                const IdentifierView& view,
                                std::vector<std::string> required,
                                const std::vector<std::string>& missing) {
  const std::string destination(Name(view.destination()));
  required.insert(required.end(), missing.begin(), missing.end());
  return WithReason(absl::FailedPreconditionError(absl::StrCat(
                        "the audience '", audience.name, "' does not require ",
                        absl::StrJoin(missing, " and "), ", which ",
                        destination, " needs; write consent: [",
                        absl::StrJoin(required, ", "), "] in its rule")),
                    v1::ERROR_REASON_CONSENT_NOT_REQUIRED,
                    {{"audience", audience.name},
                     {"destination", destination},
                     {"purposes", absl::StrJoin(missing, ",")}});
}

}  // namespace

absl::StatusOr<IdentifierView> ViewFor(const Stages& stages,
                                       const Caller& caller,
                                       v1::Destination destination) {
  if (!v1::Destination_IsValid(destination)) {
    return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "destination",
                        absl::StrCat("destination is ", destination,
                                     ", which this daemon does not know"));
  }
  return IdentifierView(caller, ToDestination(destination),
                        stages.destinations);
}

absl::Status CheckConsentsRequired(const RulesState& rules,
                                   const IdentifierView& view,
                                   const std::vector<std::string>& audiences) {
  if (view.purposes().empty()) return absl::OkStatus();
  if (audiences.empty()) {
    return InvalidField(
        v1::ERROR_REASON_INVALID_REQUEST, "audiences",
        absl::StrCat("audiences is empty; ",
                     std::string(Name(view.destination())),
                     " needs consents, so name the audiences that require "
                     "them"));
  }
  const CompiledRulebook& rulebook = rules.projection->rulebook();
  for (const std::string& name : audiences) {
    const int number = rulebook.FindAudience(name);
    if (number < 0) continue;
    const Audience& audience = rulebook.audience(static_cast<size_t>(number));
    std::vector<std::string> required;
    for (const Consented& consent : audience.consent) {
      required.push_back(consent.purpose);
    }
    const std::vector<std::string> missing =
        MissingPurposes(view.purposes(), required);
    if (!missing.empty()) {
      return ConsentNotRequired(audience, view, std::move(required), missing);
    }
  }
  return absl::OkStatus();
}

PersonalTraits PersonalTraitsAt(const History& history, Instant t) {
  Properties traits;
  for (const TraitChange& change : history.traits()) {
    if (change.time > t) break;
    traits.Set(change.name, change.value);
  }
  return PersonalTraitsOf(traits);
}

absl::StatusOr<TraitTable> ReadPersonalTraits(
    const Stages& stages, const IdentifierView& view,
    const std::vector<ProfileId>& profiles) {
  TraitTable table;
  if (!view.uses_traits()) return table;
  const RulesState rules = stages.pipeline.rules();
  const Instant now = ToInstant(stages.clock.Now());
  for (size_t begin = 0; begin < profiles.size(); begin += kHistoriesPerStep) {
    const size_t end = std::min(begin + kHistoriesPerStep, profiles.size());
    std::vector<Directory::ProfilePtr> step;
    std::vector<ProfileId> asked;
    for (size_t i = begin; i < end; ++i) {
      Directory::ProfilePtr profile =
          stages.pipeline.directory().Find(profiles[i]);
      if (profile == nullptr) continue;
      step.push_back(std::move(profile));
      asked.push_back(profiles[i]);
    }
    const auto read = WithHistories(stages.store, std::move(step),
                                    rules.projection, rules.version);
    if (!read.ok()) return read.status();
    for (size_t i = 0; i < asked.size(); ++i) {
      table[asked[i]] = PersonalTraitsAt(*(*read)[i]->history, now);
    }
  }
  return table;
}

}  // namespace audienced
