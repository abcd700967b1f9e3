#ifndef AUDIENCED_RULES_HISTORY_EVENT_H_
#define AUDIENCED_RULES_HISTORY_EVENT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "rules/history/value.h"

namespace audienced {

// One thing that a profile did, whole, as it was received. Histories keep a
// compact form of it (history.h); the database keeps it all.
struct Event {
  // When it happened. Whole microseconds.
  absl::Time occurred_at;
  // When it was learned. Not before `occurred_at` unless the sender's clock is
  // ahead. Whole microseconds.
  absl::Time received_at;

  // An event is known within its profile by `origin` (the sending client,
  // import or source mapping) and `event_id`. Neither is empty.
  std::string origin;
  std::string event_id;

  // `view_item`, `purchase`, `$identify`. Not empty.
  std::string name;

  // Everything else that was said of it: value, currency, session_id,
  // country, ... Never `items`, `traits` or `consent`.
  Properties properties;
  // One element an item; the names are item_id, item_name, item_category,
  // item_brand, item_variant, price, quantity, image_url, url and the
  // sender's own.
  std::vector<Properties> items;

  // What the profile is from this instant on. Null removes a trait.
  Properties traits;
  // Purpose, and true where it is granted from this instant on.
  std::vector<std::pair<std::string, bool>> consents;
};

// The names that stand for a property of an item wherever a rule uses them;
// `item_value` is price times quantity, quantity 1 where absent.
bool IsItemProperty(std::string_view name);
absl::Span<const std::string_view> ItemProperties();

// The items of `event`. An item name at the top of an event without `items` is
// read as one item. A quantity is 1 where absent.
std::vector<Properties> ItemsOf(const Event& event);
// The same; leaves `event` without its `items`.
std::vector<Properties> TakeItems(Event& event);

// The names whose values are text to the engine even where they look like
// numbers: `item_id`, `currency`, `session_id`, ...
bool IsTextProperty(std::string_view name);
absl::Span<const std::string_view> TextProperties();

// Brings such names that were sent as numbers to text, in place: item 7 and
// item "7" are one item.
void NormalizeKnownNames(Event& event);
// Whether there is nothing to bring.
bool HasNormalKnownNames(const Event& event);

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_EVENT_H_
