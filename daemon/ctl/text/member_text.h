#ifndef AUDIENCED_DAEMON_CTL_TEXT_MEMBER_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_MEMBER_TEXT_H_

#include <string>
#include <vector>

#include "audienced/v1/audience.pb.h"
#include "audienced/v1/audience_service.pb.h"
#include "audienced/v1/event.pb.h"

// People, audiences and what is known of them, as cells of a table and lines.

namespace audienced {

using IdentifierList = google::protobuf::RepeatedPtrField<v1::Identifier>;

// Who it is, the heaviest identifier first: `user_id:u-7
// email:ann@example.com`. Anonymous and advertising ids only where there is
// nothing else. `profile`, the permanent name, where there is no identifier.
std::string WhoText(const IdentifierList& identifiers,
                    const std::string& profile);

// The value alone of the heaviest identifier, as it is: `u-7`.
std::string HeaviestValue(const IdentifierList& identifiers,
                          const std::string& profile);

// `2 x Fell Shoe, Wool Sock`: the cart, else the items.
std::string ItemsText(const v1::Context& context);

// `157.9 GBP, 12 EUR`.
std::string ValueText(const v1::Context& context);

// who, entered, episode, items, value.
std::vector<std::string> MemberCells(const v1::Member& member);

// `live`, `draft`, `paused`.
std::string StatusText(v1::Audience::Status status);

// Why a list is empty although the rule has members; empty: it is not so.
std::string WithholdingText(v1::ListMembersResponse::Withholding withholding);

// The name of an enum value without what all values of the enum begin with, in
// lower case: `late_event` of `CAUSE_LATE_EVENT`. Of a value that this program
// does not know (`name` is empty) its number.
std::string EnumText(const std::string& name, const std::string& prefix,
                     int number);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_MEMBER_TEXT_H_
