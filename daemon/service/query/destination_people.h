#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_DESTINATION_PEOPLE_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_DESTINATION_PEOPLE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audienced/v1/audience.pb.h"
#include "daemon/destination/personal_traits.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/service/stages.h"

// What calls that name a destination need beside what others do.

namespace audienced {

// How `caller` sees people for the destination that a request names.
// INVALID_ARGUMENT for one that is not known: it must not get what is told
// without one.
absl::StatusOr<IdentifierView> ViewFor(const Stages& stages,
                                       const Caller& caller,
                                       v1::Destination destination);

// Whether each audience requires, in the rules in force, what the destination
// needs; so whoever withdraws it leaves at that instant. FAILED_PRECONDITION
// with CONSENT_NOT_REQUIRED says what to write. Audiences that are not in the
// rules any more have only exits left and pass. INVALID_ARGUMENT where the
// destination needs something and `audiences` is empty, which means all.
absl::Status CheckConsentsRequired(const RulesState& rules,
                                   const IdentifierView& view,
                                   const std::vector<std::string>& audiences);

// What a profile's events told of the person by `t`.
PersonalTraits PersonalTraitsAt(const History& history, Instant t);

using TraitTable = absl::flat_hash_map<ProfileId, PersonalTraits>;

// As they stand now, by the number asked for, of those profiles that there
// still are; of one that was merged into another those of both. Reads histories
// that are not in memory, some at a time. Empty where `view` uses none.
absl::StatusOr<TraitTable> ReadPersonalTraits(
    const Stages& stages, const IdentifierView& view,
    const std::vector<ProfileId>& profiles);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_DESTINATION_PEOPLE_H_
