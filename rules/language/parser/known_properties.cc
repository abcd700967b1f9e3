#include "rules/language/parser/known_properties.h"

#include <algorithm>
#include <array>

namespace audienced {
namespace {

constexpr std::array<KnownProperty, 20> kKnown = {{
    {"value", "what the event is worth, in its currency; a number"},
    {"currency", "of `value` and of prices, for example `EUR`"},
    {"transaction_id", "of an order"},
    {"session_id", "of the visit, as it was given"},
    {"event_id", "the sender's own number of the event"},
    {"source", "where the visit came from, for example `newsletter`"},
    {"medium", "how it came, for example `email`"},
    {"campaign", "the campaign that it came by"},
    {"device", "for example `mobile`"},
    {"country", "of the visitor, for example `ES`"},
    {"page_path", "of the page, without the host"},
    {"page_location", "the whole address of the page"},
    {"item_id", "of an item: its number or SKU"},
    {"item_name", "of an item"},
    {"item_category", "of an item"},
    {"item_brand", "of an item"},
    {"item_variant", "of an item, for example its size"},
    {"price", "of one piece of an item; a number"},
    {"quantity", "of an item, 1 where absent; a number"},
    {"item_value", "of an item: price times quantity; a number"},
}};

constexpr std::array<std::string_view, 4> kNumbers = {"value", "price",
                                                      "quantity", "item_value"};

}  // namespace

absl::Span<const KnownProperty> KnownProperties() { return kKnown; }

bool IsNumberProperty(std::string_view name) {
  return std::find(kNumbers.begin(), kNumbers.end(), name) != kNumbers.end();
}

}  // namespace audienced
