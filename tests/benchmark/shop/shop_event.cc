#include "tests/benchmark/shop/shop_event.h"

#include <cstdio>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace audienced::benchmark_shop {
namespace {

constexpr const char* kKinds[] = {
    "session_start", "page_view",      "view_item",
    "add_to_cart",   "begin_checkout", "purchase",
    "file_download", "sign_up",        "search"};
constexpr const char* kSources[] = {"google",    "direct", "newsletter",
                                    "facebook",  "bing",   "instagram",
                                    "affiliate", "tiktok"};
constexpr const char* kCountries[] = {"ES", "FR", "DE", "IT", "PT",
                                      "GB", "US", "MX", "AR", "NL"};

}  // namespace

const char* NameOf(Kind kind) { return kKinds[static_cast<int>(kind)]; }
const char* SourceName(uint8_t source) { return kSources[source]; }
const char* CountryName(uint8_t country) { return kCountries[country]; }

uint64_t Mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

absl::StatusOr<std::vector<ShopEvent>> ReadShopEvents(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  std::fseek(file.get(), 0, SEEK_END);
  const long bytes = std::ftell(file.get());
  std::rewind(file.get());
  std::vector<ShopEvent> events(bytes / sizeof(ShopEvent));
  if (bytes % sizeof(ShopEvent) != 0 ||
      std::fread(events.data(), sizeof(ShopEvent), events.size(), file.get()) !=
          events.size()) {
    return absl::DataLossError(absl::StrCat(path, " is cut"));
  }
  return events;
}

}  // namespace audienced::benchmark_shop
