#include "rules/language/parser/known_properties.h"

#include <algorithm>
#include <array>

#include "rules/history/event.h"
#include "rules/language/parser/scalar_parser.h"
#include "rules/source/message.h"

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

// What to write in place of `rest` of the field `name`, a property of an event.
std::string HelpFor(std::string_view name, const std::string& rest) {
  if (name == "items") {
    if (rest.empty()) return "test what an item has: item_id, price, ...";
    return IsItemProperty(rest) ? Concat("write ", Quoted(rest))
                                : Concat("test it on items: where: { item: { ",
                                         rest, ": ... } }");
  }
  if (name == "traits") {
    return Concat("ask for the trait: trait: { ", rest.empty() ? "NAME" : rest,
                  ": ... }");
  }
  return Concat("ask for the consent: consented: ",
                rest.empty() ? "PURPOSE" : rest);
}

}  // namespace

std::optional<std::string> ReadPropertyName(const Node& node,
                                            std::string_view what,
                                            const Scope& scope) {
  std::optional<std::string> name = ReadText(node, what, scope);
  if (!name) return name;
  const size_t dot = name->find('.');
  const std::string field = name->substr(0, dot);
  if (field == "items" || field == "traits" || field == "consent") {
    scope.Fault(
        "no-property", node.place,
        Concat("no event has a property ", Quoted(field),
               ", which is a field of its own"),
        HelpFor(field, dot == std::string::npos ? std::string()
                                                : name->substr(dot + 1)));
  }
  return name;
}

absl::Span<const KnownProperty> KnownProperties() { return kKnown; }

bool IsNumberProperty(std::string_view name) {
  return std::find(kNumbers.begin(), kNumbers.end(), name) != kNumbers.end();
}

}  // namespace audienced
