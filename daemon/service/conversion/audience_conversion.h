#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_AUDIENCE_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_AUDIENCE_CONVERSION_H_

#include <optional>
#include <string>
#include <vector>

#include "audienced/v1/audience.pb.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/service/conversion/identifier_view.h"
#include "daemon/store/records.h"
#include "rules/engine/membership.h"
#include "rules/language/model.h"

// From what is stored to what the API tells.

namespace audienced {

v1::ChangeKind ToProto(ChangeKind kind);
v1::Cause ToProto(Cause cause);

void FillIdentifier(const Identifier& identifier, v1::Identifier& into);

// Equal for everything that concerns the three.
std::string IdempotencyKey(const std::string& audience,
                           const std::string& profile_name, int64_t episode);
// The same, where the memory of `key` is used again.
void SetIdempotencyKey(const std::string& audience,
                       const std::string& profile_name, int64_t episode,
                       std::string& key);

// The context of a stay in `audience`; absent where it is empty. One that
// cannot be read is absent too, and logged.
std::optional<v1::Context> ContextOf(const std::string& json,
                                     const std::string& audience);

// Replaces what is told of consents.
void FillConsents(const std::vector<ConsentStanding>& consents,
                  v1::Member& member);

// A stay that has not ended, without consents and identifiers, into an empty
// `member`.
void FillMember(const StayRecord& stay, v1::Member& member);
v1::Member ToMember(const StayRecord& stay);

// With its identifiers as `view` tells them; `traits` are those of the person.
v1::MembershipChange ToChange(const ChangeRecord& record,
                              const IdentifierView& view,
                              const PersonalTraits& traits);

// What the rules say of an audience. Counts, version and instant are left to
// the caller.
v1::Audience::Status ToAudienceStatus(AudienceStatus status);

v1::Audience ToAudience(const Audience& audience);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_AUDIENCE_CONVERSION_H_
