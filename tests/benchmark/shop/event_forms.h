#ifndef AUDIENCED_TESTS_BENCHMARK_SHOP_EVENT_FORMS_H_
#define AUDIENCED_TESTS_BENCHMARK_SHOP_EVENT_FORMS_H_

#include <cstdint>
#include <string>

#include "daemon/ingest/incoming_event.h"
#include "tests/benchmark/shop/shop_event.h"

namespace audienced::benchmark_shop {

// What senders put into event_id: UUIDs that lie anywhere (version 4), or that
// grow with the time of the event (version 7).
enum class IdKind { kRandom, kOrdered };

// The user_id of a person: `u-0000042`. As text in the order of the numbers.
std::string UserId(uint32_t person);
// The id of the event with this number; always the same.
std::string EventId(const ShopEvent& event, uint64_t number, IdKind ids);
// The same id as 16 bytes, the first is the highest.
void EventIdBytes(const ShopEvent& event, uint64_t number, IdKind ids,
                  unsigned char (&bytes)[16]);

// The category of an item: `c0` to `c15`.
std::string ItemCategory(uint32_t item);
// What the daemon takes for the event, but for its id: item, value, source and
// country, each where there is one.
IncomingEvent ToIncoming(const ShopEvent& event, uint64_t number, IdKind ids);

// The columns of a file of events, and one line, both with their end.
extern const char kCsvHeader[];
void AppendCsvLine(const ShopEvent& event, uint64_t number, std::string& lines);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_SHOP_EVENT_FORMS_H_
