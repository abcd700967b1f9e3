#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_LOOKUP_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_LOOKUP_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/service/stages.h"

namespace audienced {

// The number of the audience in the rulebook, or in the one in force. NOT_FOUND
// with the nearest name. What `caller` may not see is answered like what is not
// there, and is no nearest name.
absl::StatusOr<size_t> FindAudience(const CompiledRulebook& rulebook,
                                    const Caller& caller,
                                    const std::string& name);
absl::StatusOr<size_t> FindAudience(const RulesState& rules,
                                    const Caller& caller,
                                    const std::string& name);

// What a directory is asked. INVALID_ARGUMENT where the reference says nothing
// or an identifier of a wrong form; `field` is its path in the request.
absl::StatusOr<Directory::Reference> ToReference(
    const v1::ProfileReference& reference, const std::string& field);

// The profile that is meant, or null where there is none. Errors as
// ToReference().
absl::StatusOr<Directory::ProfilePtr> FindProfile(
    const Directory& directory, const v1::ProfileReference& reference,
    const std::string& field);

// The same with its history and the ids of its events, read anew.
absl::StatusOr<Directory::ProfilePtr> FindWithHistory(
    const Stages& stages, const RulesState& rules,
    const v1::ProfileReference& reference, const std::string& field);

// From when on `rulebook` can be told: before, it looks at events that may be
// dropped. InfinitePast: everything can.
absl::Time ToldFrom(const Store& store, const CompiledRulebook& rulebook);

// The same, where it is there: NOT_FOUND with PROFILE_NOT_FOUND, or with
// PROFILE_ERASED where it was erased.
absl::StatusOr<Directory::ProfilePtr> FindKnownProfile(
    const Pipeline& pipeline, const v1::ProfileReference& reference,
    const std::string& field);

// When the person was erased; absent: was not, as far as the name tells.
std::optional<absl::Time> ErasedAt(const ErasureRegistry& erasures,
                                   const v1::ProfileReference& reference);

// The number that a known `reference` named before merges.
ProfileId NamedBefore(const Directory& directory,
                      const v1::ProfileReference& reference);

// The instant that `request`, which has a field `as_of_time`, asks for; absent
// where it asks for none. INVALID_ARGUMENT for one that is no time, lies after
// the daemon's clock, or before what the rules in force can be told for.
template <typename Request>
absl::StatusOr<std::optional<absl::Time>> AsOfTime(const Request& request,
                                                   const Stages& stages);

absl::StatusOr<absl::Time> CheckAsOfTime(
    const google::protobuf::Timestamp& timestamp, const Stages& stages);

template <typename Request>
absl::StatusOr<std::optional<absl::Time>> AsOfTime(const Request& request,
                                                   const Stages& stages) {
  if (!request.has_as_of_time()) return std::optional<absl::Time>();
  const absl::StatusOr<absl::Time> time =
      CheckAsOfTime(request.as_of_time(), stages);
  if (!time.ok()) return time.status();
  return std::optional<absl::Time>(*time);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_LOOKUP_H_
