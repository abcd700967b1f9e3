#include "daemon/store/postgres/binary_format.h"

#include <limits>

namespace audienced {
namespace {

constexpr int64_t kEpochMicros = 946'684'800'000'000;  // 2000, since 1970
// The first instant of a timestamptz. Its last one is after that of Instant.
constexpr int64_t kFirstMicros = -211'813'488'000'000'000;

constexpr int64_t kInfinity = std::numeric_limits<int64_t>::max();
constexpr int64_t kMinusInfinity = std::numeric_limits<int64_t>::min();

}  // namespace

int64_t ToPostgresMicros(Instant instant) {
  if (instant == Instant::Forever()) return kInfinity;
  if (instant.micros < kFirstMicros + kEpochMicros) return kMinusInfinity;
  return instant.micros - kEpochMicros;
}

Instant FromPostgresMicros(int64_t micros) {
  if (micros == kInfinity) return Instant::Forever();
  if (micros == kMinusInfinity) return Instant::Never();
  return Plus(Instant{micros}, kEpochMicros);
}

}  // namespace audienced
