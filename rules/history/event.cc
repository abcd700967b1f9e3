#include "rules/history/event.h"

#include <algorithm>
#include <array>

namespace audienced {
namespace {

constexpr std::array<std::string_view, 8> kItemNames = {
    "item_id",      "item_name", "item_category", "item_brand",
    "item_variant", "price",     "quantity",      "item_value"};

// Told as text wherever they come from, so that item 7 and item "7" are one.
constexpr std::array<std::string_view, 16> kTextNames = {
    "item_id",      "item_name", "item_category", "item_brand",
    "item_variant", "currency",  "session_id",    "transaction_id",
    "source",       "medium",    "campaign",      "device",
    "country",      "page_path", "page_location", "event_id"};

template <size_t N>
bool Contains(const std::array<std::string_view, N>& names,
              std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsNumberForText(const Properties::Entry& entry) {
  return entry.second.number() != nullptr && Contains(kTextNames, entry.first);
}

bool HasNumbersForText(const Properties& properties) {
  return std::any_of(properties.begin(), properties.end(), IsNumberForText);
}

void NumbersToText(Properties& properties) {
  std::vector<Properties::Entry> changed;
  for (const Properties::Entry& entry : properties) {
    if (IsNumberForText(entry)) {
      const auto& [name, value] = entry;
      changed.emplace_back(name, Value(ToText(*value.number())));
    }
  }
  for (auto& [name, value] : changed) {
    properties.Set(std::move(name), std::move(value));
  }
}

// The items that an event with these `items` and `properties` has.
std::vector<Properties> CompleteItems(std::vector<Properties> items,
                                      const Properties& properties) {
  if (items.empty()) {
    Properties item;
    for (const auto& [name, value] : properties) {
      if (IsItemProperty(name) && !value.is_null()) item.Set(name, value);
    }
    if (item.empty()) return {};
    items.push_back(std::move(item));
  }
  for (Properties& item : items) {
    if (item.Find("quantity") == nullptr) {
      item.Set("quantity", Value(Decimal::FromInteger(1)));
    }
  }
  return items;
}

}  // namespace

absl::Span<const std::string_view> ItemProperties() { return kItemNames; }

absl::Span<const std::string_view> TextProperties() { return kTextNames; }

bool IsItemProperty(std::string_view name) {
  return Contains(kItemNames, name);
}

bool IsTextProperty(std::string_view name) {
  return Contains(kTextNames, name);
}

std::vector<Properties> ItemsOf(const Event& event) {
  return CompleteItems(event.items, event.properties);
}

std::vector<Properties> TakeItems(Event& event) {
  return CompleteItems(std::move(event.items), event.properties);
}

void NormalizeKnownNames(Event& event) {
  NumbersToText(event.properties);
  for (Properties& item : event.items) NumbersToText(item);
}

bool HasNormalKnownNames(const Event& event) {
  return !HasNumbersForText(event.properties) &&
         std::none_of(event.items.begin(), event.items.end(),
                      HasNumbersForText);
}

}  // namespace audienced
