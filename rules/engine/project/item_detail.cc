#include "rules/engine/project/item_detail.h"

#include <algorithm>
#include <optional>

namespace audienced {
namespace {

// Stands between the values; a control character that texts of shops do not
// have. Where one does, it is dropped.
constexpr char kSeparator = '\x1f';

}  // namespace

ItemDetail DetailOf(const Event& event, const Properties& item) {
  ItemDetail detail;
  for (size_t i = 0; i < ItemDetail::kNames.size(); ++i) {
    const std::string_view name = ItemDetail::kNames[i];
    const Value* value = item.Find(name);
    if (value == nullptr && name == "currency") {
      value = event.properties.Find(name);
    }
    if (value == nullptr) continue;
    detail.values[i] = AsText(*value).value_or("");
  }
  return detail;
}

std::string Pack(const ItemDetail& detail) {
  std::string packed;
  for (const std::string& value : detail.values) {
    const size_t begin = packed.size();
    packed += value;
    if (value.find(kSeparator) != std::string::npos) {
      packed.erase(std::remove(packed.begin() + static_cast<ptrdiff_t>(begin),
                               packed.end(), kSeparator),
                   packed.end());
    }
    packed.push_back(kSeparator);
  }
  return packed;
}

ItemDetail Unpack(std::string_view packed) {
  ItemDetail detail;
  for (std::string& value : detail.values) {
    const size_t end = packed.find(kSeparator);
    if (end == std::string_view::npos) break;
    value = std::string(packed.substr(0, end));
    packed.remove_prefix(end + 1);
  }
  return detail;
}

}  // namespace audienced
