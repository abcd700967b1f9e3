#include "tests/benchmark/shop/event_forms.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"

namespace audienced::benchmark_shop {
namespace {

constexpr uint32_t kCategories = 16;
constexpr char kHexDigits[] = "0123456789abcdef";

// Exact: values are multiples of 0.25.
int64_t HundredthsOf(float value) { return static_cast<int64_t>(value * 100); }

}  // namespace

std::string UserId(uint32_t person) {
  return absl::StrCat("u-", absl::Dec(person, absl::kZeroPad7));
}

void EventIdBytes(const ShopEvent& event, uint64_t number, IdKind ids,
                  unsigned char (&bytes)[16]) {
  uint64_t high = Mix(number * 2 + 1);
  uint64_t low = Mix(number * 2 + 2);
  if (ids == IdKind::kOrdered) {
    const uint64_t milliseconds = uint64_t{event.second} * 1000 + number % 1000;
    high = (milliseconds << 16) | 0x7000 | (high & 0xFFF);
  } else {
    high = (high & ~uint64_t{0xF000}) | 0x4000;
  }
  low = (low & ~(uint64_t{3} << 62)) | (uint64_t{1} << 63);
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<unsigned char>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<unsigned char>(low >> (56 - 8 * i));
  }
}

std::string EventId(const ShopEvent& event, uint64_t number, IdKind ids) {
  unsigned char bytes[16];
  EventIdBytes(event, number, ids, bytes);
  std::string text;
  text.reserve(36);
  for (int i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHexDigits[bytes[i] >> 4];
    text += kHexDigits[bytes[i] & 15];
  }
  return text;
}

std::string ItemCategory(uint32_t item) {
  return absl::StrCat("c", item % kCategories);
}

IncomingEvent ToIncoming(const ShopEvent& event, uint64_t number, IdKind ids) {
  IncomingEvent incoming;
  incoming.identifiers.push_back({"user_id", UserId(event.person)});
  Event& told = incoming.event;
  told.occurred_at = absl::FromUnixSeconds(event.second);
  told.received_at = told.occurred_at;
  told.origin = "shop";
  told.event_id = EventId(event, number, ids);
  told.name = NameOf(event.kind);
  if (event.item != 0) {
    Properties& item = told.items.emplace_back();
    item.Set("item_id", Value(absl::StrCat(event.item)));
    item.Set("item_category", Value(ItemCategory(event.item)));
  }
  if (event.value != 0) {
    told.properties.Set("value", Value(Decimal{HundredthsOf(event.value) *
                                               (Decimal::kScale / 100)}));
  }
  told.properties.Set("source", Value(SourceName(event.source)));
  told.properties.Set("country", Value(CountryName(event.country)));
  return incoming;
}

const char kCsvHeader[] =
    "event_id,user_id,event,occurred_at,item_id,item_category,value,source,"
    "country\n";

void AppendCsvLine(const ShopEvent& event, uint64_t number,
                   std::string& lines) {
  const absl::CivilSecond second = absl::ToCivilSecond(
      absl::FromUnixSeconds(event.second), absl::UTCTimeZone());
  absl::StrAppend(&lines, EventId(event, number, IdKind::kOrdered), ",",
                  UserId(event.person), ",", NameOf(event.kind), ",");
  absl::StrAppendFormat(&lines, "%d-%02d-%02dT%02d:%02d:%02dZ,", second.year(),
                        second.month(), second.day(), second.hour(),
                        second.minute(), second.second());
  if (event.item != 0) {
    absl::StrAppend(&lines, event.item, ",", ItemCategory(event.item), ",");
  } else {
    lines += ",,";
  }
  if (event.value != 0) {
    const int64_t hundredths = HundredthsOf(event.value);
    absl::StrAppend(&lines, hundredths / 100, ".",
                    absl::Dec(hundredths % 100, absl::kZeroPad2));
  }
  absl::StrAppend(&lines, ",", SourceName(event.source), ",",
                  CountryName(event.country), "\n");
}

}  // namespace audienced::benchmark_shop
