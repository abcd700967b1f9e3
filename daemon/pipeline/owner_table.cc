#include "daemon/pipeline/owner_table.h"

#include <algorithm>
#include <iterator>

namespace audienced {
namespace {

// Of fewer profiles each is asked for by its number.
constexpr int64_t kRangeMinimum = 50;

}  // namespace

OwnerTable::OwnerTable(absl::Span<const Directory::ProfilePtr> profiles,
                       int64_t sparseness) {
  const auto [first, last] = std::minmax_element(
      profiles.begin(), profiles.end(),
      [](const auto& one, const auto& other) { return one->id < other->id; });
  const int64_t before = static_cast<int64_t>((*first)->id) - 1;
  const int64_t numbers = static_cast<int64_t>((*last)->id) - before;
  const int64_t count = std::ssize(profiles);
  if (count >= kRangeMinimum && (numbers - 1) / sparseness < count) {
    after_ = before;
    in_range_.resize(numbers, kNobody);
  }
  for (uint32_t i = 0; i < profiles.size(); ++i) {
    Add(profiles[i]->id, i);
    for (const ProfileId part : profiles[i]->absorbed) Add(part, i);
  }
}

uint32_t OwnerTable::Find(ProfileId number) const {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) return in_range_[place];
  const auto other = others_.find(number);
  return other == others_.end() ? kNobody : other->second;
}

void OwnerTable::Prefetch(ProfileId number) const {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) __builtin_prefetch(&in_range_[place]);
}

Store::EventScan OwnerTable::Scan(int readers) const {
  Store::EventScan scan;
  scan.readers = readers;
  scan.after = ProfileId{after_};
  scan.through = ProfileId{after_ + std::ssize(in_range_)};
  for (const auto& [number, owner] : others_) scan.others.push_back(number);
  return scan;
}

void OwnerTable::Add(ProfileId number, uint32_t owner) {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) {
    in_range_[place] = owner;
  } else {
    others_.emplace(number, owner);
  }
}

}  // namespace audienced
