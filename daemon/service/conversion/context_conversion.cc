#include "daemon/service/conversion/context_conversion.h"

#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/time/time.h"
#include "daemon/destination/personal_traits.h"
#include "daemon/ingest/value_json.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/history/value.h"

namespace audienced {
namespace {

// The text or number `name` of `object`, as text; empty where it has none.
std::string TextOf(const Properties& object, const char* name) {
  const Value* value = object.Find(name);
  if (value == nullptr) return "";
  return AsText(*value).value_or("");
}

double NumberOf(const Properties& object, const char* name) {
  double number = 0;
  if (!absl::SimpleAtod(TextOf(object, name), &number)) return 0;
  return number;
}

// Calls `each` with every object of the list `name`.
template <typename Each>
void ForEachObject(const Properties& object, const char* name, Each each) {
  const Value* value = object.Find(name);
  if (value == nullptr || value->list() == nullptr) return;
  for (const Value& element : *value->list()) {
    if (element.object() != nullptr) each(*element.object());
  }
}

void FillItem(const Properties& object, v1::ContextItem& item) {
  item.set_item_id(TextOf(object, "item_id"));
  item.set_item_name(TextOf(object, "item_name"));
  item.set_item_category(TextOf(object, "item_category"));
  item.set_item_brand(TextOf(object, "item_brand"));
  item.set_item_variant(TextOf(object, "item_variant"));
  item.set_price(TextOf(object, "price"));
  item.set_quantity(TextOf(object, "quantity"));
  item.set_image_url(TextOf(object, "image_url"));
  item.set_url(TextOf(object, "url"));
  item.set_currency(TextOf(object, "currency"));
}

void FillLastEvent(const Properties& object, v1::LastEvent& last_event) {
  last_event.set_event(TextOf(object, "event"));
  absl::Time time;
  if (absl::ParseTime(absl::RFC3339_full, TextOf(object, "occurred_time"),
                      &time, nullptr) &&
      IsInstant(time)) {
    *last_event.mutable_occurred_time() = ToTimestamp(time);
  }
}

void FillValue(const Value& value, google::protobuf::Value& answer) {
  if (const bool* boolean = value.boolean()) {
    answer.set_bool_value(*boolean);
  } else if (value.number() != nullptr) {
    double number = 0;
    (void)absl::SimpleAtod(ToText(*value.number()), &number);
    answer.set_number_value(number);
  } else if (const std::string* text = value.text()) {
    answer.set_string_value(*text);
  } else if (const Value::List* list = value.list()) {
    auto* values = answer.mutable_list_value();
    for (const Value& element : *list) {
      FillValue(element, *values->add_values());
    }
  } else if (const Properties* object = value.object()) {
    auto* fields = answer.mutable_struct_value()->mutable_fields();
    for (const auto& [name, member] : *object) {
      FillValue(member, (*fields)[name]);
    }
  } else {
    answer.set_null_value(google::protobuf::NULL_VALUE);
  }
}

// Takes the fields out of `value` that identify somebody, at any depth.
void HidePersonalFields(google::protobuf::Value& value) {
  if (value.has_list_value()) {
    for (auto& element : *value.mutable_list_value()->mutable_values()) {
      HidePersonalFields(element);
    }
  }
  if (!value.has_struct_value()) return;
  auto& fields = *value.mutable_struct_value()->mutable_fields();
  for (auto field = fields.begin(); field != fields.end();) {
    if (IdentifiesPerson(field->first)) {
      field = fields.erase(field);
    } else {
      HidePersonalFields(field->second);
      ++field;
    }
  }
}

}  // namespace

void HidePersonalTraits(v1::Context& context) {
  auto& traits = *context.mutable_traits();
  traits.erase(std::remove_if(traits.begin(), traits.end(),
                              [](const v1::TraitValue& trait) {
                                return IdentifiesPerson(trait.name());
                              }),
               traits.end());
  for (v1::TraitValue& trait : traits) {
    HidePersonalFields(*trait.mutable_value());
  }
}

absl::StatusOr<v1::Context> ParseContext(const std::string& json) {
  const absl::StatusOr<Properties> object = ParseProperties(json);
  if (!object.ok()) return object.status();

  v1::Context context;
  ForEachObject(*object, "items", [&](const Properties& item) {
    FillItem(item, *context.add_items());
  });
  ForEachObject(*object, "cart", [&](const Properties& item) {
    FillItem(item, *context.add_cart());
  });
  ForEachObject(*object, "value", [&](const Properties& amount) {
    auto* added = context.add_value();
    added->set_currency(TextOf(amount, "currency"));
    added->set_amount(TextOf(amount, "amount"));
  });
  const Value* last_event = object->Find("last_event");
  if (last_event != nullptr && last_event->object() != nullptr) {
    FillLastEvent(*last_event->object(), *context.mutable_last_event());
  }
  ForEachObject(*object, "scores", [&](const Properties& score) {
    auto* added = context.add_scores();
    added->set_name(TextOf(score, "name"));
    added->set_value(NumberOf(score, "value"));
  });
  ForEachObject(*object, "traits", [&](const Properties& trait) {
    auto* added = context.add_traits();
    added->set_name(TextOf(trait, "name"));
    const Value* value = trait.Find("value");
    FillValue(value == nullptr ? Value() : *value, *added->mutable_value());
  });
  return context;
}

}  // namespace audienced
