#ifndef AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_EVENT_H_
#define AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_EVENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace audienced::benchmark_shop {

// What visitors of the shop do. The numbers are those of the file.
enum class Kind : uint8_t {
  kSessionStart,
  kPageView,
  kViewItem,
  kAddToCart,
  kBeginCheckout,
  kPurchase,
  kFileDownload,
  kSignUp,
  kSearch,
};

// One event, as the file of events has it: 20 bytes, little-endian.
struct ShopEvent {
  uint32_t person = 0;
  uint32_t second = 0;  // since 1970
  uint32_t item = 0;    // 0: none
  float value = 0;      // a multiple of 0.25
  Kind kind{};
  uint8_t source = 0;
  uint8_t country = 0;
  uint8_t unused = 0;

  friend bool operator==(const ShopEvent&, const ShopEvent&) = default;
};
static_assert(sizeof(ShopEvent) == 20, "the file has no gaps");

// The names of the numbers.
const char* NameOf(Kind kind);
const char* SourceName(uint8_t source);
const char* CountryName(uint8_t country);

// The events lie in [kFirstSecond, kEndSecond): 90 days up to
// 2026-10-30T00:00:00Z, the instant at which questions are asked.
inline constexpr uint32_t kFirstSecond = 1'785'542'400;
inline constexpr uint32_t kEndSecond = kFirstSecond + 90 * 86'400;

// Numbers that look random and are a function of `x`: SplitMix64.
uint64_t Mix(uint64_t x);

// Reads a whole file of events. kNotFound, or kDataLoss where it is cut.
absl::StatusOr<std::vector<ShopEvent>> ReadShopEvents(const std::string& path);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_SHOP_SHOP_EVENT_H_
