#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_PROPERTY_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_PROPERTY_CONVERSION_H_

#include <string>

#include "audienced/v1/event.pb.h"
#include "daemon/service/conversion/refusal.h"
#include "rules/history/value.h"

// From the values of events as senders write them to those of the engine. What
// is at fault goes to the refusal; what was read until then is of no use.

namespace audienced {

// Limits of audienced/v1/event.proto, in bytes where nothing else is said.
inline constexpr size_t kPropertyNameLimitBytes = 128;
inline constexpr size_t kTextLimitBytes = 8 << 10;
inline constexpr size_t kJsonLimitBytes = 16 << 10;
inline constexpr int kEventPropertyLimit = 256;
inline constexpr int kItemPropertyLimit = 64;
inline constexpr int kTraitLimit = 256;

// Refuses a text that is longer than `limit_bytes` or contains U+0000.
void CheckText(const std::string& text, size_t limit_bytes, const char* field,
               Refusal& refusal);

// Sets `name`, unless `text` is empty: absent.
void ReadText(const std::string& text, const char* name, Properties& into,
              Refusal& refusal);

// Set `name` to a number: one beyond the bounds of Decimal is its text.
// `field` is the name of the field where it differs from `name`.
void ReadNumber(double number, const char* name, Properties& into,
                Refusal& refusal);
void ReadDecimal(const std::string& text, const char* name, const char* field,
                 Properties& into, Refusal& refusal);

// The properties of an event or item, beside those that `into` has already. A
// null property is left out.
void ReadProperties(
    const google::protobuf::RepeatedPtrField<v1::Property>& properties,
    int limit, Properties& into, Refusal& refusal);

// The traits of an event. A null trait stays: it removes.
void ReadTraits(const google::protobuf::RepeatedPtrField<v1::Property>& traits,
                Properties& into, Refusal& refusal);

// One item, its own properties included.
Properties ReadItem(const v1::Item& item, Refusal& refusal);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_PROPERTY_CONVERSION_H_
