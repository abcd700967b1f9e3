#include "daemon/ingest/event_message.h"

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "daemon/ingest/value_json.h"
#include "rules/history/decimal.h"
#include "rules/history/value.h"

namespace audienced {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

void AddProperty(const std::string& name, const Value& value,
                 google::protobuf::RepeatedPtrField<v1::Property>& into) {
  *into.Add() = ToMessage(name, value);
}

// Items are most of an event, so their names are not sent with each. An empty
// text is absent in these fields, so it goes with its name.
bool SetItemText(std::string_view name, const std::string& text,
                 v1::Item& item) {
  if (text.empty()) return false;
  if (name == "item_id") {
    item.set_item_id(text);
  } else if (name == "item_name") {
    item.set_item_name(text);
  } else if (name == "item_category") {
    item.set_item_category(text);
  } else if (name == "item_brand") {
    item.set_item_brand(text);
  } else if (name == "item_variant") {
    item.set_item_variant(text);
  } else if (name == "image_url") {
    item.set_image_url(text);
  } else if (name == "url") {
    item.set_url(text);
  } else {
    return false;
  }
  return true;
}

bool SetItemNumber(std::string_view name, Decimal number, v1::Item& item) {
  if (name == "price") {
    item.set_exact_price(ToText(number));
  } else if (name == "quantity") {
    item.set_exact_quantity(ToText(number));
  } else {
    return false;
  }
  return true;
}

void FillItem(const Properties& properties, v1::Item& item) {
  for (const auto& [name, value] : properties) {
    const bool taken = value.text() != nullptr
                           ? SetItemText(name, *value.text(), item)
                       : value.number() != nullptr
                           ? SetItemNumber(name, *value.number(), item)
                           : value.is_null();  // a null property is missing
    if (!taken) AddProperty(name, value, *item.mutable_properties());
  }
}

}  // namespace

v1::Property ToMessage(const std::string& name, const Value& value) {
  v1::Property property;
  property.set_name(name);
  if (value.text() != nullptr) {
    property.set_text(*value.text());
  } else if (value.number() != nullptr) {
    property.set_decimal(ToText(*value.number()));
  } else if (value.boolean() != nullptr) {
    property.set_boolean(*value.boolean());
  } else if (!value.is_null()) {
    property.set_json(ToJson(value));
  }
  return property;
}

v1::Event ToMessage(const IncomingEvent& incoming) {
  const Event& event = incoming.event;
  v1::Event message;
  message.set_event_id(event.event_id);
  message.set_event(event.name);
  SetTime(event.occurred_at, *message.mutable_occurred_time());
  for (const Identifier& identifier : incoming.identifiers) {
    v1::Identifier& told = *message.add_identifiers();
    told.set_kind(identifier.kind);
    told.set_value(identifier.value);
  }
  for (const Properties& item : event.items) {
    FillItem(item, *message.add_items());
  }
  for (const auto& [name, value] : event.properties) {
    if (!value.is_null()) {
      AddProperty(name, value, *message.mutable_properties());
    }
  }
  for (const auto& [name, value] : event.traits) {
    AddProperty(name, value, *message.mutable_traits());
  }
  for (const auto& [purpose, granted] : event.consents) {
    v1::Consent& consent = *message.add_consents();
    consent.set_purpose(purpose);
    consent.set_state(granted ? v1::Consent::STATE_GRANTED
                              : v1::Consent::STATE_DENIED);
  }
  return message;
}

}  // namespace audienced
