#include "daemon/service/conversion/profile_name.h"

#include <array>
#include <cstdint>

namespace audienced {
namespace {

// 13 digits of 5 bits hold 65.
constexpr size_t kDigitCount = 13;
constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr char kPrefix = 'p';

// A bijection of 64 bits and its inverse: each multiplier has the other as its
// inverse modulo 2^64, and x ^ (x >> 32) undoes itself.
constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;

constexpr uint64_t InverseOf(uint64_t odd) {
  uint64_t inverse = odd;  // right in the 3 lowest bits; each step doubles them
  for (int i = 0; i < 5; ++i) inverse *= 2 - odd * inverse;
  return inverse;
}

constexpr uint64_t kInverse = InverseOf(kMultiplier);
static_assert(kMultiplier * kInverse == 1);

constexpr uint64_t Fold(uint64_t bits) { return bits ^ (bits >> 32); }

constexpr uint64_t Stir(uint64_t bits) {
  return Fold(Fold(Fold(bits) * kMultiplier) * kMultiplier);
}

constexpr uint64_t Unstir(uint64_t bits) {
  return Fold(Fold(Fold(bits) * kInverse) * kInverse);
}
static_assert(Unstir(Stir(42)) == 42);

int DigitOf(char c) {
  for (int digit = 0; digit < 32; ++digit) {
    if (kDigits[digit] == c) return digit;
  }
  return -1;
}

}  // namespace

std::string ProfileName(ProfileId profile) {
  uint64_t bits = Stir(static_cast<uint64_t>(profile));
  std::string name(1 + kDigitCount, kPrefix);
  for (size_t i = kDigitCount; i > 0; --i) {
    name[i] = kDigits[bits & 31];
    bits >>= 5;
  }
  return name;
}

std::optional<ProfileId> ParseProfileName(const std::string& name) {
  if (name.size() != 1 + kDigitCount || name[0] != kPrefix) {
    return std::nullopt;
  }
  uint64_t bits = 0;
  for (size_t i = 1; i <= kDigitCount; ++i) {
    const int digit = DigitOf(name[i]);
    if (digit < 0 || (i == 1 && digit > 15)) return std::nullopt;
    bits = (bits << 5) | static_cast<uint64_t>(digit);
  }
  const auto number = static_cast<int64_t>(Unstir(bits));
  if (number <= 0) return std::nullopt;
  return ProfileId{number};
}

}  // namespace audienced
