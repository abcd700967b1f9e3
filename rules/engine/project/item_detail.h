#ifndef AUDIENCED_RULES_ENGINE_PROJECT_ITEM_DETAIL_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_ITEM_DETAIL_H_

#include <array>
#include <string>
#include <string_view>

#include "rules/history/event.h"

namespace audienced {

// The properties of an item that are shown and never computed with. Histories
// hold them as one text, so that an item that is seen a thousand times costs
// its details once.
struct ItemDetail {
  static constexpr std::array<std::string_view, 7> kNames = {
      "item_name", "item_category", "item_brand", "item_variant",
      "image_url", "url",           "currency"};

  // In the order of kNames; empty where the sender said nothing.
  std::array<std::string, kNames.size()> values;
};

// The detail of `item`; `currency` is the item's own, else that of its event.
ItemDetail DetailOf(const Event& event, const Properties& item);

// One text that reads back as `detail`.
std::string Pack(const ItemDetail& detail);
ItemDetail Unpack(std::string_view packed);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_ITEM_DETAIL_H_
